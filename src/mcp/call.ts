import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated, Principal } from '../auth/principal.ts'
import type { FindResource } from '../catalogue/resources/resource-index.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { DialogueSource } from '../elicitation/dialogue.ts'
import type { PosternError } from '../errors.ts'
import type { ConfiguredProfile } from './client-profile.ts'
import type { Progress } from './progress.ts'
import type { Prompt } from './prompts/prompt.ts'
import type { ToolResult } from './tool-result.ts'

/** One MCP endpoint at run time: a path with a selection of the catalogue. */
export interface McpServer {
  /** URL path of the endpoint, `/mcp`. */
  readonly path: string
  /** The selection, in the catalogue's order. */
  readonly tools: readonly Tool[]
  readonly byName: ReadonlyMap<string, Tool>
  /** For which client the list is written (`servers[].profile`); undefined means `auto`. */
  readonly profile?: ConfiguredProfile
  /** What of its selection is read as a resource; left out where nothing is. */
  readonly resources?: ReadableResources | undefined
  /** Left out where none are configured. */
  readonly prompts?: readonly Prompt[] | undefined
  /** Set where callers, or some of them, search the tools instead of being given the list. */
  readonly search?: SearchFront | undefined
}

/** The resources of one MCP endpoint. */
export interface ReadableResources {
  /** The operations behind them, in the catalogue's order. */
  readonly tools: readonly Tool[]
  readonly find: FindResource
}

/** What stands in front of the tools of a server that is searched (`expose: search`). */
export interface SearchFront {
  /** What `tools/list` shows this caller. */
  readonly listed: (principal: Principal) => readonly Tool[]
  /**
   * Which tool is meant; undefined where this caller calls the tools themselves. Decides nothing about scopes.
   *
   * @throws PosternError `invalid_arguments` if the call does not say which tool to run
   */
  readonly find: (call: ToolCall) => FoundCall | undefined
}

/** A call to a server that is searched, as it goes on. */
export interface FoundCall {
  /** As if the tool had been called by its own name. */
  readonly call: ToolCall
  /** Undefined where there is none of the name; then `error` says what to do. */
  readonly tool?: Tool
  readonly error?: PosternError
  /** True for the gateway's own tools, which need no scope: only who may call a tool behind them finds them. */
  readonly isOwn?: boolean
  /** Set where nothing is sent: answers, or refuses by throwing. Asked once the policy has allowed the tool. */
  readonly answer?: () => ToolResult
}

/** The headers of an answer that is yet to be written. */
export interface AnswerHeaders {
  /** Adds some; without effect once the answer has begun. */
  addHeaders(headers: Readonly<Record<string, string>>): void
}

/** One `tools/call`, after the door has checked the message and the caller. */
export interface ToolCall {
  readonly server: McpServer
  readonly caller: Authenticated
  /** As sent, unverified: may be no tool at all. */
  readonly name: string
  /**
   * Left out where a tool is called. `resource`: `name` is the URI of what is read. `completion`: `name` is a tool
   * whose answer completes an argument, which the caller did not name.
   */
  readonly purpose?: 'resource' | 'completion' | undefined
  readonly arguments: JsonObject
  /** The gateway's own tool that was called to run this one; undefined where it was called itself. */
  readonly via?: string | undefined
  /** Aborted when the client goes away or cancels. */
  readonly signal: CancelSignal
  /** Set where the client wants to be told, and can be, how far the call has got. */
  readonly progress?: Progress | undefined
  /** Where it is said how the user can be asked; undefined where nobody can. */
  readonly user?: DialogueSource | undefined
  /** Id of the HTTP request (or stdio message) for log and audit. */
  readonly requestId: string
  /** Negotiated or declared protocol version, `2026-07-28`. */
  readonly protocolVersion: string
  /** The client's name and version as it reports them, unverified, for the audit; undefined if not said. */
  readonly client: string | undefined
  /** Address of the peer, for the audit; undefined on stdio. */
  readonly remoteAddress: string | undefined
  /** Where headers for the answer are put; undefined where it has none. */
  readonly answerHeaders?: AnswerHeaders | undefined
}

/**
 * Runs one tool call: find, decide, validate, send, shape, audit.
 *
 * @throws PosternError `unknown_tool`, `insufficient_scope`, `access_denied`, `store_unavailable`, …: what is
 * the protocol's or the policy's business. What the model can mend or should read comes as a result with
 * `isError: true`.
 */
export type CallTool = (call: ToolCall) => Promise<ToolResult>
