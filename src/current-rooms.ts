import type { Rooms } from './assemble.ts'
import { REQUEST_TIMEOUT } from './http-server.ts'
import type { Log } from './log.ts'

/**
 * The rooms that serve what starts from now on, and those of earlier configurations that may still be serving.
 * A request that began under an older configuration may yet be reading its body or verifying its caller when it
 * first needs a connection, so the older rooms keep theirs until no such request can be left.
 */
export class CurrentRooms {
  #current: Rooms
  readonly #retired = new Map<Rooms, NodeJS.Timeout>()
  readonly #log: Log

  constructor(first: Rooms, log: Log) {
    this.#current = first
    this.#log = log
  }

  get current(): Rooms {
    return this.#current
  }

  /** Puts new rooms in force. */
  replace(next: Rooms): void {
    const old = this.#current
    this.#current = next
    old.retire()
    const longestCall = Math.max(...old.config.apis.map(api => api.timeout))
    const timer = setTimeout(() => void this.#letGo(old), REQUEST_TIMEOUT + longestCall)
    timer.unref()
    this.#retired.set(old, timer)
  }

  /** Closes the connections of all; waits for running calls, which end by their deadlines. */
  async close(): Promise<void> {
    await Promise.all([this.#letGo(this.#current), ...[...this.#retired.keys()].map(old => this.#letGo(old))])
  }

  async #letGo(rooms: Rooms): Promise<void> {
    clearTimeout(this.#retired.get(rooms))
    this.#retired.delete(rooms)
    try {
      await rooms.close()
    } catch (error) {
      this.#log.warn({ err: error }, 'closing connections')
    }
  }
}
