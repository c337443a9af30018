import type { Store } from '../store/store.ts'

/** What the operations of the API work with. Functions are asked anew for every request, since a reload may change the answer. */
export interface AdminDesk {
  readonly store: Store
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** What minted tokens start with; undefined where none are taken. */
  readonly tokenPrefix: () => string | undefined
  /** Those of the scopes that open no tool at all. */
  readonly unmatchedScopes: (scopes: readonly string[]) => readonly string[]
}
