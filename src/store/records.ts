/**
 * Small records of other rooms: OAuth clients, grants, codes, refresh tokens, browser sessions. A store neither opens
 * nor understands their values. Part of the contract of `store.ts`, with its promises: what was answered is durable and
 * seen by every process that shares the store; one that can't be asked rejects with `store_unavailable`.
 *
 * What belongs together is written by one {@link Records.commit}, wholly or not at all, and only where everything still
 * is as it was read. So of any number of processes that redeem one code, exactly one succeeds.
 */
export interface Records {
  /** The value under this key as it is now, never from a cache; undefined where there is none or it has expired. */
  getRecord(key: RecordKey): Promise<string | undefined>
  /**
   * Makes all changes, or none and answers false, where a key no longer holds its `before`. At least one change, at
   * most {@link MOST_CHANGES}, and no key twice.
   */
  commit(changes: readonly RecordChange[]): Promise<boolean>
  /** Records of one kind and list in the order of their keys' characters; expired ones are left out. */
  pageRecords(query: RecordQuery): Promise<readonly KeptRecord[]>
}

/** `kind:id`; kinds are lower-case words, ids visible ASCII without spaces and braces, at most 512 characters in all. */
export type RecordKey = `${string}:${string}`

/** One condition and what becomes of the key. */
export interface RecordChange {
  readonly key: RecordKey
  /** What the key must hold, to the letter; undefined: nothing. */
  readonly before: string | undefined
  /** What it shall hold; undefined: nothing. The same as `before`: it is only made sure of (and its end is set anew). */
  readonly after: string | undefined
  /** When it goes by itself, in milliseconds since the epoch; undefined: never. */
  readonly expiresAt?: number | undefined
  /**
   * The lists that the record is in, besides that of all of its kind: subjects, client ids, any text. As given with
   * the first value; what later changes say of it does not count.
   */
  readonly lists?: readonly string[] | undefined
  /**
   * For what can be used up: codes, refresh tokens, flows. It does not outlive a loss of data that was noticed, because
   * an older copy may hold it from before it was used. As given with the first value.
   */
  readonly once?: boolean | undefined
}

/** Which records to read. */
export interface RecordQuery {
  /** The keys' part before the colon. */
  readonly kind: string
  /** Only those of this list, to the letter; undefined: all of the kind. */
  readonly list?: string | undefined
  /** Key of the last one that was read before; undefined: from the first. */
  readonly after?: RecordKey | undefined
  /** At most so many, 1 or more. */
  readonly limit: number
}

/** A record with its key. */
export interface KeptRecord {
  readonly key: RecordKey
  readonly value: string
  /** Milliseconds since the epoch; undefined: it does not expire. */
  readonly expiresAt: number | undefined
  readonly lists: readonly string[]
  readonly once: boolean
}

/** Most changes of one commit. */
export const MOST_CHANGES = 32
