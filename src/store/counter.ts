/** How much may be spent of one counter, and how fast it comes back. Whole numbers. */
export interface Allowance {
  /** What may be spent in any `window`: it slides, no moment makes everything free at once. */
  readonly quota: number
  /** Milliseconds. */
  readonly window: number
  /**
   * Set for a token bucket: what may be spent at once. What was spent comes back evenly, `quota` in a `window`, so
   * that over a long time no more than that is spent.
   */
  readonly burst: number | undefined
}

/** What one call spends of one counter. */
export interface Charge {
  /** The counter's name, unique in the installation: visible ASCII without braces. It is made when it is first used. */
  readonly key: string
  readonly allowance: Allowance
  /** A whole number of at least 1. */
  readonly amount: number
}

/** What is left of a counter, and when more is. */
export interface Balance {
  readonly remaining: number
  /**
   * Milliseconds until what was asked for will fit if nothing else is spent, 0 where it fits; infinite where it
   * never will.
   */
  readonly wait: number
  /** Milliseconds until something comes back (a sliding window) or everything has (a bucket). */
  readonly reset: number
}

/** What became of {@link Charge}s that were asked for together. */
export interface Spending {
  /** Whether all were counted; if not, none was. */
  readonly allowed: boolean
  /** One for each charge, in their order. */
  readonly balances: readonly Balance[]
}
