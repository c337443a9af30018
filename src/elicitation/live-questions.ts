/**
 * Questions that are put while a call waits (2025-06-18 and 2025-11-25 client/elicitation, over Streamable HTTP). The
 * question goes out on the stream that the call is answered with; its answer is a POST of its own, which any instance
 * may get. The id of a question is signed, so that any of them knows a true one and whose it is; an instance that does
 * not wait for it leaves the answer in the store, where the one that does looks for it.
 *
 * Nothing is kept for a client besides what waits.
 */
import { hash, randomBytes } from 'node:crypto'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Principal } from '../auth/principal.ts'
import type { Store } from '../store/store.ts'
import { askedPerson } from './asked-person.ts'
import type { ElicitRequest } from './dialogue.ts'
import { ANSWER_TIME } from './interview.ts'
import { personOf } from './person-of.ts'
import { rightsOf } from './rights-of.ts'
import { isSignature, sign } from './sign.ts'
import { WaitingAnswers } from './waiting-answers.ts'

/** What questions at one endpoint need. */
export interface LiveQuestionOptions {
  readonly store: Pick<Store, 'installation' | 'commit' | 'getRecord'>
  /** URL path of the endpoint: an answer is given where the question was asked. */
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Time between two looks into the store, in milliseconds. */
  readonly interval?: number
}

/** Where one call's questions go. */
export interface QuestionStream {
  readonly principal: Principal
  readonly signal: CancelSignal
  /** Sends a message; false if it did not get out. */
  readonly send: (message: string) => boolean
  /** Sends a sign of life. */
  readonly keepAlive: () => void
}

/** What a client sent as an answer: its `result`, or undefined where it answered with an error. */
export interface LiveAnswer {
  readonly id: unknown
  readonly result: unknown
}

/** What becomes of an answer: `taken`; `foreign` where it is to no question of this person; `other` to none of ours. */
export type Delivery = 'taken' | 'foreign' | 'other'

/** The client's result, as it came, and what may do who sent it ({@link rightsOf}). */
interface GivenAnswer {
  readonly result: unknown
  readonly rights: string
}

/** Questions to users at one endpoint of this instance, whose answers may come to another one. */
export class LiveQuestions {
  readonly #options: LiveQuestionOptions
  readonly #now: () => number
  readonly #waiting = new WaitingAnswers<GivenAnswer>()
  /** What the names of this instance's own questions begin with. */
  readonly #own = randomBytes(6).toString('base64url')
  #poll: NodeJS.Timeout | undefined

  constructor(options: LiveQuestionOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * Asks, and waits for the answer. See `Dialogue.elicit`. What somebody says who may other things by then than when
   * the call was let in is no answer.
   *
   * @throws PosternError `too_many_questions`, `cancelled`, `store_unavailable`
   */
  async ask(request: ElicitRequest, stream: QuestionStream): Promise<unknown> {
    const { principal } = stream
    const name = `${this.#own}${randomBytes(10).toString('base64url')}`
    const content = `${name}.${(this.#now() + ANSWER_TIME).toString(36)}`
    const id = `${PREFIX}${content}.${this.#sign(content, askedPerson(principal))}`
    const { signal } = stream
    const answered = this.#waiting.wait(id, { person: personOf(principal), signal, timeout: ANSWER_TIME })
    const { message, requestedSchema } = request
    const params = JSON.stringify({ message, requestedSchema })
    const isOut = stream.send(
      `{"jsonrpc":"2.0","id":"${id}","method":"elicitation/create","params":${params}}`,
    )
    if (!isOut) this.#waiting.settle(id, undefined)
    this.#startPolling()
    const beat = setInterval(stream.keepAlive, KEEP_ALIVE)
    try {
      const given = await answered
      return given?.rights === rightsOf(principal) ? given.result : undefined
    } finally {
      clearInterval(beat)
      this.#stopPolling()
    }
  }

  /**
   * Takes the answer that a client sent. One that is too late, or was given before, is taken and comes to nothing.
   *
   * @throws PosternError `store_unavailable`
   */
  async deliver({ id, result }: LiveAnswer, principal: Principal): Promise<Delivery> {
    if (typeof id !== 'string' || !id.startsWith(PREFIX)) return 'other'
    const endsAt = this.#endOf(id, askedPerson(principal))
    if (endsAt === undefined) return 'foreign'
    const given: GivenAnswer = { result: result ?? null, rights: rightsOf(principal) }
    if (this.#waiting.settle(id, given)) return 'taken'
    // Asked here, and nobody waits: kept, it would wait for nobody.
    if (id.startsWith(`${PREFIX}${this.#own}`) || this.#now() >= endsAt) return 'taken'
    const text = JSON.stringify(given)
    if (text.length > LONGEST_ANSWER) return 'foreign'
    const expiresAt = endsAt + SKEW
    await this.#options.store.commit([
      { key: keyOf(id), before: undefined, after: text, expiresAt, once: true },
    ])
    return 'taken'
  }

  /** Ends what waits, as if nobody had answered. */
  close(): void {
    this.#waiting.close()
    this.#stopPolling()
  }

  #sign(content: string, person: string): string {
    return sign(this.#options.store, 'question-id', [this.#options.path, content, person])
  }

  /** When a question has to be answered; undefined where it was not asked here, or of somebody else. */
  #endOf(id: string, person: string): number | undefined {
    if (id.length > LONGEST_ID) return undefined
    const end = id.lastIndexOf('.')
    const content = id.slice(PREFIX.length, end)
    if (!isSignature(id.slice(end + 1), this.#sign(content, person))) return undefined
    return Number.parseInt(content.split('.')[1] ?? '', 36)
  }

  #startPolling(): void {
    if (this.#poll !== undefined || this.#waiting.ids.length === 0) return
    this.#poll = setInterval(() => void this.#look(), this.#options.interval ?? INTERVAL)
    this.#poll.unref()
  }

  #stopPolling(): void {
    if (this.#waiting.ids.length > 0) return
    clearInterval(this.#poll)
    this.#poll = undefined
  }

  /** Looks for answers that other instances were given. A store that can't be asked is asked again. */
  async #look(): Promise<void> {
    await Promise.all(this.#waiting.ids.map(id => this.#lookFor(id).catch(() => {})))
  }

  async #lookFor(id: string): Promise<void> {
    const key = keyOf(id)
    const text = await this.#options.store.getRecord(key)
    if (text === undefined || !this.#waiting.settle(id, JSON.parse(text))) return
    await this.#options.store.commit([{ key, before: text, after: undefined }])
  }
}

const PREFIX = 'ask_'
const LONGEST_ID = 200
const LONGEST_ANSWER = 32 * 1024
const INTERVAL = 500
const KEEP_ALIVE = 15_000
const SKEW = 60_000

function keyOf(id: string): `answer:${string}` {
  return `answer:${hash('sha256', id, 'base64url')}`
}
