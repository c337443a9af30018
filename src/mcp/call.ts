import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated } from '../auth/principal.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import type { ToolResult } from './tool-result.ts'

/** One MCP endpoint at run time: a path with a selection of the catalogue. */
export interface McpServer {
  /** URL path of the endpoint, `/mcp`. */
  readonly path: string
  /** The selection, in the catalogue's order. */
  readonly tools: readonly Tool[]
  readonly byName: ReadonlyMap<string, Tool>
}

/** One `tools/call`, after the door has checked the message and the caller. */
export interface ToolCall {
  readonly server: McpServer
  readonly caller: Authenticated
  /** As sent, unverified: may be no tool at all. */
  readonly name: string
  readonly arguments: JsonObject
  /** Aborted when the client goes away or cancels. */
  readonly signal: CancelSignal
  /** Id of the HTTP request (or stdio message) for log and audit. */
  readonly requestId: string
  /** Negotiated or declared protocol version, `2026-07-28`. */
  readonly protocolVersion: string
  /** The client's name and version as it reports them, unverified, for the audit; undefined if not said. */
  readonly client: string | undefined
  /** Address of the peer, for the audit; undefined on stdio. */
  readonly remoteAddress: string | undefined
}

/**
 * Runs one tool call: find, decide, validate, send, shape, audit.
 *
 * @throws PosternError `unknown_tool`, `insufficient_scope`, `access_denied`, `store_unavailable`, …: what is
 * the protocol's or the policy's business. What the model can mend or should read comes as a result with
 * `isError: true`.
 */
export type CallTool = (call: ToolCall) => Promise<ToolResult>
