/** Something that has to end in time. */
export interface Expiring {
  /** Milliseconds of `performance.now()`. */
  readonly deadline: number
  expire(): void
}

/**
 * One timer for any number of running calls that all have the same timeout: they expire in the order in which
 * they were added, so only the oldest has to be watched. Adding and deleting cost a Set operation, and a busy
 * upstream arms a timer once per timeout instead of once per call. One that is added with an earlier deadline
 * than the last (a redirect or a repetition keeps its call's deadline) gets a timer of its own.
 */
export class Deadlines {
  readonly #running = new Set<Expiring>()
  readonly #late = new Map<Expiring, NodeJS.Timeout>()
  #timer: NodeJS.Timeout | undefined
  #last = 0

  add(call: Expiring): void {
    if (call.deadline < this.#last) {
      this.#late.set(call, setTimeout(() => this.#expireLate(call), remaining(call)).unref())
      return
    }
    this.#last = call.deadline
    this.#running.add(call)
    if (this.#timer === undefined) this.#watch(call)
  }

  delete(call: Expiring): void {
    if (this.#running.delete(call) || this.#late.size === 0) return
    clearTimeout(this.#late.get(call))
    this.#late.delete(call)
  }

  #expireLate(call: Expiring): void {
    this.#late.delete(call)
    call.expire()
  }

  // A running call keeps the process alive by its socket; the watch need not.
  #watch(oldest: Expiring): void {
    this.#timer = setTimeout(() => this.#sweep(), remaining(oldest)).unref()
  }

  #sweep(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const call of this.#running) {
      if (call.deadline > now) {
        this.#watch(call)
        return
      }
      this.#running.delete(call)
      call.expire()
    }
  }
}

function remaining(call: Expiring): number {
  return Math.max(1, Math.ceil(call.deadline - performance.now()))
}
