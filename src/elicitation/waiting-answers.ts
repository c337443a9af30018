import type { CancelSignal } from '../auth/cancel-signal.ts'
import { PosternError } from '../errors.ts'

/** What one wait goes on for at most. */
export interface WaitLimits {
  /** Whose call waits. */
  readonly person: string
  /** Set off when the client goes away or cancels. */
  readonly signal: CancelSignal
  /** In milliseconds. */
  readonly timeout: number
}

/** Calls of this process that wait for an answer of their user, by the id of the question. */
export class WaitingAnswers<Answer = unknown> {
  readonly #waiting = new Map<string, (answer: Answer | undefined) => void>()
  readonly #perPerson = new Map<string, number>()
  #isClosed = false

  /**
   * Waits for the answer to one question. Resolves to undefined where there was none in time, or {@link close} ended
   * it.
   *
   * @throws PosternError `too_many_questions` at once; `cancelled` where the client went away
   */
  wait(id: string, { person, signal, timeout }: WaitLimits): Promise<Answer | undefined> {
    const count = this.#perPerson.get(person) ?? 0
    if (this.#waiting.size >= MOST_WAITING || count >= MOST_PER_PERSON) {
      throw new PosternError('too_many_questions')
    }
    if (signal.aborted) throw new PosternError('cancelled')
    if (this.#isClosed) return Promise.resolve(undefined)
    this.#perPerson.set(person, count + 1)
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', cancel)
        this.#waiting.delete(id)
        const left = (this.#perPerson.get(person) ?? 1) - 1
        if (left > 0) this.#perPerson.set(person, left)
        else this.#perPerson.delete(person)
      }
      const settle = (answer: Answer | undefined) => {
        end()
        resolve(answer)
      }
      const cancel = () => {
        end()
        reject(new PosternError('cancelled'))
      }
      const timer = setTimeout(settle, timeout, undefined)
      timer.unref()
      signal.addEventListener('abort', cancel)
      this.#waiting.set(id, settle)
    })
  }

  /** Whether a call waits for this. */
  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  /** The ids that are waited for. */
  get ids(): readonly string[] {
    return [...this.#waiting.keys()]
  }

  /** Hands over an answer, undefined for none; false where nobody waits for it. */
  settle(id: string, answer: Answer | undefined): boolean {
    const settle = this.#waiting.get(id)
    settle?.(answer)
    return settle !== undefined
  }

  /** Ends all that wait, and from now on whoever would, as if nobody had answered. */
  close(): void {
    this.#isClosed = true
    for (const settle of [...this.#waiting.values()]) settle(undefined)
  }
}

/** Calls that wait at one endpoint of one instance, and of one person among them. */
export const MOST_WAITING = 256
export const MOST_PER_PERSON = 8
