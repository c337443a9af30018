import type { Charge, Spending } from './counter.ts'

/**
 * Shared state. One contract, three implementations (memory, sqlite, redis); `test/store/contract.ts` is run
 * over each of them.
 *
 * Whoever asks `findToken` gets the truth of the moment: a revocation that has been answered, by any process
 * that shares the store, is seen by every later `findToken`. An implementation that can't be asked rejects
 * with `store_unavailable`; it never guesses.
 */
export interface Store {
  /** Saves a new token. Rejects when the id or the hash exists already. */
  createToken(record: TokenRecord): Promise<void>
  /**
   * The record whose `hash` this is, revoked and expired ones included; undefined if there is none.
   * May answer (and throw) synchronously: this is on the path of every request.
   */
  findToken(hash: string): TokenRecord | undefined | Promise<TokenRecord | undefined>
  /** All tokens of this installation, oldest first. */
  listTokens(): Promise<readonly TokenRecord[]>
  /** Marks a token revoked. Resolves once it is durable; false if there is no such id. Repeating is harmless. */
  revokeToken(id: string, at: number): Promise<boolean>
  /** Notes that a token was used; written behind, at most about once a minute per token, last write wins. */
  touchToken(id: string, at: number): void
  /**
   * Counts what a call spends, of all its counters or, where one of them has no room, of none. One question, and
   * atomic among all processes that share the store. May answer (and throw) synchronously; at least one charge, and
   * no counter twice.
   */
  spend(charges: readonly Charge[]): Spending | Promise<Spending>
  /** Resolves if the store answers, rejects with `store_unavailable` otherwise. */
  ready(): Promise<void>
  /** Writes what is pending and lets go of files and connections. */
  close(): Promise<void>
}

/** A token minted by Postern, as kept at rest. The token itself is never stored. */
export interface TokenRecord {
  /** Public id, `tok_…`, for lists, audit and revocation. */
  readonly id: string
  /** What its owner called it; 1 to 64 characters. */
  readonly name: string
  /** SHA-256 of the whole token including its prefix, base64url without padding. */
  readonly hash: string
  /** The prefix and the first few characters, for people to recognise it. */
  readonly hint: string
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number
  readonly expiresAt: number | undefined
  readonly lastUsedAt: number | undefined
  readonly revokedAt: number | undefined
}
