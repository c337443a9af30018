import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated, Principal } from '../auth/principal.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { canElicit } from '../elicitation/can-elicit.ts'
import type { Dialogue, ElicitRequest } from '../elicitation/dialogue.ts'
import { ANSWER_TIME } from '../elicitation/interview.ts'
import { rightsOf } from '../elicitation/rights-of.ts'
import { WaitingAnswers } from '../elicitation/waiting-answers.ts'
import { formFor } from './form-for.ts'
import type { RpcResponse } from './json-rpc.ts'
import { asksUsersLive, type ProtocolVersion } from './versions.ts'

/**
 * Questions to the user at the other end of a pipe, while a call waits (2025-06-18 and 2025-11-25 client/elicitation).
 * There is one client, which said at `initialize` whether it can ask.
 */
export class StdioQuestions {
  readonly #write: (message: string) => void
  readonly #authenticate: () => Authenticated | Promise<Authenticated>
  readonly #waiting = new WaitingAnswers()
  #version: ProtocolVersion | undefined
  #count = 0

  /**
   * @param write - sends one message to the client
   * @param authenticate - rejects where the credential is no longer good
   */
  constructor(write: (message: string) => void, authenticate: () => Authenticated | Promise<Authenticated>) {
    this.#write = write
    this.#authenticate = authenticate
  }

  /** Learns what the client said of itself when it opened the era. */
  initialized(version: ProtocolVersion, params: JsonObject | undefined): void {
    this.#version = asksUsersLive(version) && canElicit(params?.capabilities) ? version : undefined
  }

  /** How its user can be asked about one request of this caller. */
  dialogue(signal: CancelSignal, principal: Principal): Dialogue {
    const version = this.#version
    if (version === undefined) return NOT_SAID
    return { kind: 'live', elicit: async request => this.#ask(formFor(version, request), signal, principal) }
  }

  /** Takes the client's answer; what was not asked is dropped. */
  take({ id, result }: RpcResponse): void {
    if (typeof id === 'string') this.#waiting.settle(id, result)
  }

  /** Nobody can answer any more. */
  close(): void {
    this.#waiting.close()
  }

  async #ask(
    { message, requestedSchema }: ElicitRequest,
    signal: CancelSignal,
    principal: Principal,
  ): Promise<unknown> {
    this.#count += 1
    const id = `ask_${this.#count}`
    const answered = this.#waiting.wait(id, { person: 'stdio', signal, timeout: ANSWER_TIME })
    const params = { message, requestedSchema }
    this.#write(JSON.stringify({ jsonrpc: '2.0', id, method: 'elicitation/create', params }))
    const result = await answered
    // People take minutes, and over HTTP an answer brings its credential, too.
    const now = await this.#authenticate()
    return rightsOf(now.principal) === rightsOf(principal) ? result : undefined
  }
}

const NOT_SAID: Dialogue = Object.freeze({ kind: 'none', isSaidPerRequest: false })
