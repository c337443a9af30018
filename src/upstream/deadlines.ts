/** Something that has to end in time. */
export interface Expiring {
  /** Milliseconds of `performance.now()`. */
  readonly deadline: number
  expire(): void
  /** Neighbours in the list of {@link Deadlines}, which alone writes them. */
  earlier?: Expiring | undefined
  later?: Expiring | undefined
}

/**
 * One timer for any number of running calls that all have the same timeout: they expire in the order in which
 * they were added, so only the oldest has to be watched. Adding and deleting cost four assignments, and a busy
 * upstream arms a timer once per timeout instead of once per call. One that is added with an earlier deadline
 * than the last (a redirect or a repetition keeps its call's deadline) gets a timer of its own.
 *
 * The calls are a linked list that forgets its links, and not a Set: a Set that calls pass through is rebuilt
 * all the time, and each of its discarded tables that has grown old keeps the calls of the next one from the
 * young collector. That made every finished call survive until the next full collection.
 */
export class Deadlines {
  readonly #late = new Map<Expiring, NodeJS.Timeout>()
  #oldest: Expiring | undefined
  #newest: Expiring | undefined
  #timer: NodeJS.Timeout | undefined
  /** The latest deadline so far: the timer may be armed for it although its call is gone. */
  #last = 0

  add(call: Expiring): void {
    if (call.deadline < this.#last) {
      this.#late.set(call, setTimeout(() => this.#expireLate(call), remaining(call)).unref())
      return
    }
    this.#last = call.deadline
    call.earlier = this.#newest
    if (this.#newest === undefined) this.#oldest = call
    else this.#newest.later = call
    this.#newest = call
    if (this.#timer === undefined) this.#watch(call)
  }

  /** Repeating is harmless. */
  delete(call: Expiring): void {
    if (this.#late.size > 0 && this.#late.has(call)) {
      clearTimeout(this.#late.get(call))
      this.#late.delete(call)
      return
    }
    const { earlier, later } = call
    if (earlier !== undefined) earlier.later = later
    else if (this.#oldest === call) this.#oldest = later
    if (later !== undefined) later.earlier = earlier
    else if (this.#newest === call) this.#newest = earlier
    call.earlier = undefined
    call.later = undefined
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
    while (this.#oldest !== undefined && this.#oldest.deadline <= now) {
      const call = this.#oldest
      this.delete(call)
      call.expire()
    }
    if (this.#oldest !== undefined && this.#timer === undefined) this.#watch(this.#oldest)
  }
}

function remaining(call: Expiring): number {
  return Math.max(1, Math.ceil(call.deadline - performance.now()))
}
