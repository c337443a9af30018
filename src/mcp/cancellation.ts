import type { ServerResponse } from 'node:http'
import type { CancelSignal } from '../auth/cancel-signal.ts'

/** Aborted when the client’s connection ends before the answer is written. */
export class Cancellation implements CancelSignal {
  readonly #response: ServerResponse
  #isAborted: boolean
  /** Nearly always one: the exchange with the backend that is under way. */
  #listeners: (() => void)[] = []

  constructor(response: ServerResponse) {
    this.#response = response
    this.#isAborted = response.destroyed && !response.writableFinished
    if (!this.#isAborted) response.once('close', this.#onClose)
  }

  get aborted(): boolean {
    return this.#isAborted
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listeners.at(-1) === listener) this.#listeners.pop()
    else this.#listeners = this.#listeners.filter(each => each !== listener)
  }

  readonly #onClose = (): void => {
    if (this.#response.writableFinished) return
    this.#isAborted = true
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}
