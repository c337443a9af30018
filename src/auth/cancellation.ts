import type { CancelSignal } from './cancel-signal.ts'

/** A plain signal and what sets it off, in one; see {@link CancelSignal} for why it is no AbortController. */
export class Cancellation implements CancelSignal {
  #isAborted = false
  #reason: unknown
  /** Nearly always one: the exchange with the backend that is under way. */
  #listeners: (() => void)[] = []

  get aborted(): boolean {
    return this.#isAborted
  }

  /** What {@link abort} was given first. */
  get reason(): unknown {
    return this.#reason
  }

  /** Repeating does nothing. */
  abort(reason?: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listeners.at(-1) === listener) this.#listeners.pop()
    else this.#listeners = this.#listeners.filter(each => each !== listener)
  }
}
