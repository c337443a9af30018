import type { Test } from 'tap'

/** Counts the cases of one part, and how many requests they became. */
export class Tally {
  cases = 0
  sent = 0
  readonly #start = performance.now()

  /**
   * States the counts; returns the number of cases.
   *
   * @param least - share of the cases that must have reached the backend, or the checks have seen too little
   */
  report(t: Test, least: number): number {
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1)
    t.comment(`${this.cases} cases, ${this.sent} requests to the backend, ${seconds} s`)
    t.ok(this.sent > this.cases * least, 'enough of them reached the backend')
    return this.cases
  }
}
