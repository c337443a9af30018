import type { JsonObject } from '../catalogue/tool.ts'
import { isJsonObject, isMessageId, type MessageId } from './json-rpc.ts'

/** Tells a client how far its request has got. */
export interface Progress {
  /**
   * One more step is done. It may go unsaid, as clients and the way to them bear only so much; then the next one
   * that is said counts it too.
   *
   * @param describe - says in a few words what was done, empty for nothing; asked only where it is going to be sent
   */
  readonly step: (describe: () => string) => void
}

/** Sends one message to the client before the answer; false where it is left out because the client does not read. */
export type Notify = (message: string) => boolean

/**
 * The token with which a request asks to be told of its progress (MCP 2026-07-28 basic/patterns/progress). Undefined
 * where it asks for nothing, or with something that can't be a token; progress is a courtesy, and not worth refusing
 * a call for. A token that is very long is none: it would be repeated in each notification.
 */
export function readProgressToken(params: JsonObject | undefined): MessageId | undefined {
  const meta = params?._meta
  if (!isJsonObject(meta)) return undefined
  const { progressToken } = meta
  if (progressToken === undefined || !isMessageId(progressToken)) return undefined
  return typeof progressToken === 'string' && progressToken.length > MAX_TOKEN ? undefined : progressToken
}

/**
 * Counts a request's steps and tells of them in `notifications/progress`, of at most {@link MAX_NOTIFICATIONS} in
 * all and of {@link PER_SECOND} in any second: half of them at once after a pause, the others spread out. There is no
 * total, as nobody knows how long an answer becomes.
 *
 * @param clock - milliseconds, monotonic
 */
export class ProgressReport implements Progress {
  readonly #token: string
  readonly #notify: Notify
  readonly #clock: () => number
  #steps = 0
  #sent = 0
  #allowed = BURST
  #since: number

  constructor(token: MessageId, notify: Notify, clock: () => number = () => performance.now()) {
    this.#token = JSON.stringify(token)
    this.#notify = notify
    this.#clock = clock
    this.#since = clock()
  }

  step(describe: () => string): void {
    this.#steps += 1
    if (this.#sent >= MAX_NOTIFICATIONS || !this.#isDue()) return
    const text = describe()
    const message = text === '' ? '' : `,"message":${JSON.stringify(text)}`
    const params = `"progressToken":${this.#token},"progress":${this.#steps}${message}`
    const wasSent = this.#notify(`{"jsonrpc":"2.0","method":"notifications/progress","params":{${params}}}`)
    if (wasSent) this.#sent += 1
  }

  /** Takes one from what may be sent now, if there is one. */
  #isDue(): boolean {
    const now = this.#clock()
    this.#allowed = Math.min(BURST, this.#allowed + ((now - this.#since) / 1000) * (PER_SECOND - BURST))
    this.#since = now
    if (this.#allowed < 1) return false
    this.#allowed -= 1
    return true
  }
}

/** Most notifications about one request. */
export const MAX_NOTIFICATIONS = 1000
/** Most notifications about one request in any second. */
export const PER_SECOND = 20
const BURST = PER_SECOND / 2
const MAX_TOKEN = 256
