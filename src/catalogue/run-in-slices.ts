import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work that yields wherever it may be interrupted, and returns its result. */
export type Sliced<T> = Generator<void, T, void>

/** Short enough that calls which run meanwhile do not notice, in milliseconds. */
const SLICE = 10

/**
 * Does the work on a process that serves meanwhile: whenever a slice of time is used up, what waits in the event
 * loop has its turn first.
 *
 * @throws what the work throws
 */
export async function runInSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE
    do {
      const step = work.next()
      if (step.done) return step.value
    } while (performance.now() < end)
    await nextTurn()
  }
}

/** Does the same work in one go, which is faster; for a process that has nothing else to do yet. */
export function runAtOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
