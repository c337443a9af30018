import type { IncomingHttpHeaders } from 'node:http'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated, Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { ErrorNames } from '../config/error-names.ts'
import type { Interview, InterviewedCall } from '../elicitation/interview.ts'
import type { LiveQuestions } from '../elicitation/live-questions.ts'
import type { PosternError } from '../errors.ts'
import type { Access } from './access.ts'
import type { CallTool, McpServer } from './call.ts'
import type { ClientAddress } from './client-address.ts'
import type { Prompt } from './prompts/prompt.ts'
import type { ResourceChanges } from './resources/resource-changes.ts'
import type { ToolsChanged } from './tools-changed.ts'

/** Everything that the messages of one MCP server need from the rest of the program, on any transport. */
export interface Door {
  readonly server: McpServer
  readonly info: ServerInfo
  /** Guidance for the model, sent at `initialize` and `server/discover`. */
  readonly instructions: string | undefined
  /** How long clients may keep a tool list, in milliseconds (`ttlMs`). */
  readonly listTtl: number
  /**
   * True only where every caller sees the same list, because `anonymous` is the only way in. The list is then
   * marked `cacheScope: public`; shared caches may show it to anybody.
   */
  readonly listIsPublic: boolean
  /** What `tools/list` shows: the tools of `server` that the policy allows, in order, or those in front of them. */
  readonly visibleTools: (principal: Principal) => readonly Tool[]
  /** Those of the server's resources that the policy lets this caller read, in order. */
  readonly visibleResources: (principal: Principal) => readonly Tool[]
  /** Those of the server's prompts that this caller may have, in order. */
  readonly visiblePrompts: (principal: Principal) => readonly Prompt[]
  readonly callTool: CallTool
  /** Begins what is said with the user about a prompt; left out where nobody can be asked. */
  readonly interview?: ((call: InterviewedCall, about: { readonly name: string }) => Interview) | undefined
  /** What the product calls errors; undefined where it has no names of its own. */
  readonly errorNames?: ErrorNames | undefined
  /** Tells that the tools may differ from before; also ends the subscriptions at shutdown. */
  readonly toolsChanged: ToolsChanged
  /** Tells of calls that changed something, for subscriptions to resources. */
  readonly resourceChanges: ResourceChanges
  /** Takes what was thrown and is no PosternError; for the log. */
  readonly onUnexpected: (error: unknown, requestId: string) => void
}

/** MCP schema `Implementation`. */
export interface ServerInfo {
  readonly name: string
  readonly title?: string
  readonly version: string
}

/** A door that stands open to HTTP. */
export interface HttpDoor extends Door {
  /** Which Host and Origin headers are taken. */
  readonly access: Access
  /** Tells where a request comes from; default: its peer's address. */
  readonly clientAddress?: ClientAddress
  /** Largest request body, in bytes. */
  readonly requestLimit: number
  /** @throws PosternError `missing_token`, `invalid_token`, `ambiguous_credentials`, `store_unavailable`, … */
  readonly authenticate: (request: PresentedRequest) => Authenticated | Promise<Authenticated>
  /**
   * Headers that an error's answer needs besides the error's own, such as WWW-Authenticate.
   *
   * @param principal - whose message it was; undefined where nobody has signed in
   */
  readonly challenge: (error: PosternError, principal?: Principal) => Readonly<Record<string, string>>
  /** Questions to users of clients whose era has them asked while a call waits; left out where none can be. */
  readonly questions?: DoorQuestions
  /** Where people read how clients are connected, for those who open the endpoint in a browser; left out: nowhere. */
  readonly connectPage?: string | undefined
  /** Told of every request that is turned away before `callTool` could audit it. */
  readonly onRefused: (refusal: Refusal) => void
}

/** Asks users live, and knows the clients that can. */
export interface DoorQuestions {
  readonly live: LiveQuestions
  /** A session id for a client that said that it can. @throws PosternError `store_unavailable` */
  readonly newSession: (principal: Principal) => string
  /** Whether it is such an id. @throws PosternError `store_unavailable` */
  readonly isSession: (id: string, principal: Principal) => boolean
}

/** What `authenticate` sees of a request: its headers, and where it comes from. */
export interface PresentedRequest {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly signal?: CancelSignal
  /** The client's address, by which failed sign-ins are counted; left out where there is no network. */
  readonly from?: string
}

/** A request that was turned away at the door, for the audit. */
export interface Refusal {
  readonly error: PosternError
  /** `access`: Host or Origin; `request`: method, media types, size; `authentication`: the credential; `message`. */
  readonly stage: 'access' | 'request' | 'authentication' | 'message'
  readonly requestId: string
  /** URL path of the server. */
  readonly path: string
  readonly remoteAddress: string | undefined
  /** Whose message it was; undefined where nobody had been asked yet. */
  readonly principal?: Principal
}
