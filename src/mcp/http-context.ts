import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated } from '../auth/principal.ts'
import type { Dialogue, ElicitRequest } from '../elicitation/dialogue.ts'
import { PosternError } from '../errors.ts'
import type { AnswerHeaders } from './call.ts'
import type { DoorQuestions } from './door.ts'
import { envelopeClient } from './envelope.ts'
import { formFor } from './form-for.ts'
import type { RpcRequest } from './json-rpc.ts'
import { namesStream } from './media-types.ts'
import type { MessageContext } from './message-context.ts'
import type { Post } from './post.ts'
import type { Notify } from './progress.ts'
import { roundsDialogue } from './rounds-dialogue.ts'
import { asksUsersLive, MODERN_VERSION, type ProtocolVersion } from './versions.ts'

/** What is known about a request that came over HTTP. Reads on demand what only calls need. */
export class HttpContext implements MessageContext {
  readonly caller: Authenticated
  readonly version: ProtocolVersion
  readonly #post: Post
  readonly #request: RpcRequest
  readonly #isAlone: boolean
  readonly #questions: DoorQuestions | undefined

  /** @param isAlone - whether the request is the whole POST, and not one of a batch */
  constructor(
    post: Post,
    caller: Authenticated,
    version: ProtocolVersion,
    request: RpcRequest,
    isAlone: boolean,
    questions: DoorQuestions | undefined,
  ) {
    this.#post = post
    this.caller = caller
    this.version = version
    this.#request = request
    this.#isAlone = isAlone
    this.#questions = questions
  }

  get requestId(): string {
    return this.#post.id
  }

  get remoteAddress(): string | undefined {
    return this.#post.remoteAddress
  }

  get answerHeaders(): AnswerHeaders {
    return this.#post
  }

  /** `clientInfo` in the modern era. The legacy one says it at `initialize` only; User-Agent is what is left. */
  get client(): string | undefined {
    return this.version === MODERN_VERSION
      ? envelopeClient(this.#request.params)
      : this.#post.headers['user-agent']?.slice(0, 200)
  }

  /** Aborts when the connection ends before the answer is written. */
  get signal(): CancelSignal {
    return this.#post.signal
  }

  /** Makes the answer an event stream when it is first used. A batch is answered as one. */
  get notify(): Notify | undefined {
    const post = this.#post
    return this.#isAlone && namesStream(post.headers) ? message => post.sendAhead(message) : undefined
  }

  get dialogue(): Dialogue {
    if (this.version === MODERN_VERSION) return roundsDialogue(this.#request.params)
    const { headers } = this.#post
    const questions = this.#questions
    const session = headers['mcp-session-id']
    const canAsk = this.#isAlone && asksUsersLive(this.version) && namesStream(headers)
    if (!canAsk || questions === undefined || typeof session !== 'string') return NOT_SAID
    // The client begins anew then, and says again what it can do.
    if (!questions.isSession(session, this.caller.principal)) throw new PosternError('unknown_session')
    return { kind: 'live', elicit: async request => this.#ask(formFor(this.version, request), questions) }
  }

  openSession(): void {
    const session = this.#questions?.newSession(this.caller.principal)
    if (session !== undefined) this.#post.addHeaders({ 'mcp-session-id': session })
  }

  #ask(request: ElicitRequest, { live }: DoorQuestions): Promise<unknown> {
    const post = this.#post
    return live.ask(request, {
      principal: this.caller.principal,
      signal: this.signal,
      send: message => post.sendAhead(message),
      keepAlive: () => post.keepAlive(),
    })
  }
}

const NOT_SAID: Dialogue = Object.freeze({ kind: 'none', isSaidPerRequest: false })
