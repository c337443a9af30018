import type { Charge, Spending } from './counter.ts'
import type { Installation } from './installation.ts'
import type { StateCopy } from './migrate/state-copy.ts'
import type { Records } from './records.ts'
import type { KnownRevocations, NewRevocation, Revocable, Revocation } from './revocation.ts'
import type { SealedRecords } from './sealed-records.ts'

/**
 * Shared state. One contract, three implementations (memory, sqlite, redis); `test/store/contract.ts` is run
 * over each of them.
 *
 * Whoever has asked `fresh` knows the truth of that moment: a revocation that was answered before, by any process
 * that shares the store, is in `revocations` and in what `findToken` says. An implementation that can't be asked
 * rejects with `store_unavailable`; it never guesses.
 *
 * Its functions need no `this` and stay the same: what is on the path of every request takes them out once.
 */
export interface Store extends SealedRecords, StateCopy, Records {
  /**
   * Learns what was said until now. Asked once for every request, before anything is answered about its caller; may
   * answer (and throw) synchronously.
   */
  fresh(): void | Promise<void>
  /** As of the last `fresh`. The same object throughout. */
  readonly revocations: KnownRevocations
  /** Undefined until `fresh` has succeeded once; another one if the store was lost and is another one now. */
  readonly installation: Installation | undefined
  /** Saves a new token. Rejects when the id or the hash exists already. Its `sequence` is the store's to give. */
  createToken(record: TokenRecord): Promise<void>
  /**
   * The record whose `hash` this is, revoked and expired ones included, as of the last `fresh` or later; undefined if
   * there is none. May answer (and throw) synchronously: this is on the path of every request.
   */
  findToken(hash: string): TokenRecord | undefined | Promise<TokenRecord | undefined>
  /** The record with this public id, as it is kept now; undefined if there is none. */
  getToken(id: string): Promise<TokenRecord | undefined>
  /** All personal access tokens of this installation, oldest first. */
  listTokens(): Promise<readonly TokenRecord[]>
  /** Some of them, in the same order, without reading the others; none where nothing comes after `query.after`. */
  pageTokens(query: TokenQuery): Promise<readonly TokenRecord[]>
  /**
   * Marks a token revoked, and says so to all as a revocation of kind `credential`. Resolves once it is durable; false
   * if there is no such id. Repeating is harmless.
   */
  revokeToken(id: string, at: number): Promise<boolean>
  /** Lets a token end at `expiresAt` if it would end later; all learn of it as of a revocation. False if there is no such id. */
  endToken(id: string, expiresAt: number): Promise<boolean>
  /** Notes that a token was used; written behind, at most about once a minute per token, last write wins. */
  touchToken(id: string, at: number): void
  /** Says something about what isn't a token of its own. Resolves once it is durable, with its number. */
  revoke(revocation: NewRevocation): Promise<Revocation>
  /** Takes a refusal back. False if there was none; one of a token of Postern's can't be taken back. */
  liftRevocation(kind: Revocable, value: string): Promise<boolean>
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

/** Which tokens to read. */
export interface TokenQuery {
  /** Only those of this subject. */
  readonly subject?: string | undefined
  /** Id of the last one that was read before; undefined: from the oldest. */
  readonly after?: string | undefined
  /** At most so many, 1 or more. */
  readonly limit: number
}

/** A token minted by Postern, as kept at rest. The token itself is never stored. */
export interface TokenRecord {
  /** Public id, `tok_…` (`oat_…` with `oauth`), for lists, audit and revocation. */
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
  /** The store's number of its creation, given by `createToken`; 0 before. See `Revocation.sequence`. */
  readonly sequence: number
  /**
   * Access tokens of the authorization server only. They are in no list, and are deleted an hour after they expired;
   * without this member the token is a personal access token.
   */
  readonly oauth?: OAuthPart | undefined
}

/** What an OAuth access token has besides. */
export interface OAuthPart {
  /** Id of the grant, `gra_…`. */
  readonly grant: string
  /** The `client_id` that it was issued to. */
  readonly client: string
  /** The MCP server that it is for, as an absolute URL (RFC 8707). */
  readonly resource: string
  /** Id (`crd_…`) of the product's credential that the grant rests on; undefined where it rests on none. */
  readonly credential: string | undefined
  /** The product's credential, which only the holder of this token can open: see `auth/token-sealing.ts`. */
  readonly sealed: string | undefined
}
