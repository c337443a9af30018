import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated } from '../auth/principal.ts'
import type { DialogueSource } from '../elicitation/dialogue.ts'
import type { AnswerHeaders } from './call.ts'
import type { Door } from './door.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { Payload } from './payload.ts'
import type { Notify } from './progress.ts'
import type { ToolLists } from './tool-list.ts'
import type { ProtocolVersion } from './versions.ts'

/** What is known about one request besides its text, on any transport. */
export interface MessageContext extends DialogueSource {
  /** The revision that the request speaks. */
  readonly version: ProtocolVersion
  readonly caller: Authenticated
  /** Id of the HTTP request or stdio message, for log and audit. */
  readonly requestId: string
  readonly remoteAddress: string | undefined
  /** Where headers for the answer are put; undefined where it has none. */
  readonly answerHeaders?: AnswerHeaders | undefined
  /** Gives the client an id that says in later requests that it can ask its user; undefined where none is needed. */
  readonly openSession?: () => void
  /** What the client calls itself, unverified. */
  readonly client: string | undefined
  /** Aborted when the client goes away or cancels. Made when it is first asked for. */
  readonly signal: CancelSignal
  /** The resources whose changes a client of the legacy era is told of; left out where it can't be told anything. */
  readonly watched?: Watched | undefined
  /** Sends a notification about the request ahead of its answer; undefined where nothing can go ahead of it. */
  readonly notify: Notify | undefined
}

/** URIs of resources that a client has subscribed to for as long as it is connected. */
export interface Watched {
  /** False where there are too many. */
  readonly add: (uri: string) => boolean
  readonly delete: (uri: string) => void
}

/** What is prepared once per door and used by every answer. */
export interface Prepared {
  readonly door: Door
  readonly lists: ToolLists
  /** The member `"_meta":{…}` that names this server in every modern result. */
  readonly resultMeta: string
  /** `"ttlMs":…,"cacheScope":…`, the members of every modern result that clients may keep. */
  readonly cacheHints: () => string
  /** The same for what no shared cache may keep, whoever signs in. */
  readonly ownCacheHints: string
}

/** Answers one request with a whole JSON-RPC response; refuses by throwing a PosternError. */
export type Answer = (
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
) => Payload | Promise<Payload>
