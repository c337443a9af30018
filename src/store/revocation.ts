/** What can be revoked: one credential by its id (`tok_…`, `jti_…`, `crd_…`, as the audit has it), or all of somebody's. */
export const REVOCABLE = ['credential', 'subject', 'organization', 'client'] as const
/** One of {@link REVOCABLE}. */
export type Revocable = (typeof REVOCABLE)[number]

/**
 * What a revocation shall be; see {@link Revocation}. It refuses, or it only calls back what was known (`recheck`);
 * where either is meant, the store's files speak of a word, and of what was said.
 */
export interface NewRevocation {
  readonly kind: Revocable
  /** The credential's id, the subject, the organisation or the OAuth client, to the letter. */
  readonly value: string
  /**
   * Nothing is refused, but no earlier answer counts any longer: a product that verifies its own credentials is asked
   * again, and a minted token is read again. For products that tell when something has changed.
   */
  readonly recheck: boolean
  /** When it was said, in milliseconds since the epoch. */
  readonly at: number
  /** From when on nobody needs it, in milliseconds since the epoch; undefined: it holds until it is lifted. */
  readonly until: number | undefined
  /** In words, for lists and the audit. */
  readonly reason: string | undefined
}

/**
 * A revocation as the store keeps it. There is one that refuses and one that rechecks of each kind and value; the last
 * word of each stands.
 */
export interface Revocation extends NewRevocation {
  /**
   * The store's count at that time. Tokens have numbers of the same count, so that a revocation of a whole subject
   * ends those that were minted before it and no others, whatever the clocks say.
   */
  readonly sequence: number
}

/** What a process knows of the store's revocations, as of the last `Store.fresh()`. */
export interface KnownRevocations {
  /** The store's count up to which everything is known. */
  readonly sequence: number
  /**
   * Earlier counts don't say what was known then: the store has lost what was said at them, and may have said something
   * else since. 0 where that never was.
   */
  readonly trustedFrom: number
  readonly size: number
  /** What refuses credentials of this kind and value; undefined if nothing does. Ended ones too: see `until`. */
  find(kind: Revocable, value: string): Revocation | undefined
  /** The last word that earlier answers about this kind and value don't count any longer. */
  findRecheck(kind: Revocable, value: string): Revocation | undefined
  /** All of both, oldest first; ended ones too. */
  all(): readonly Revocation[]
}

/**
 * The word about one minted token: it is revoked, or (`recheck`) its record is another one now. The record itself says
 * so for good; this tells those who have read it before.
 */
export function ofToken(id: string, at: number, recheck: boolean): NewRevocation {
  return { kind: 'credential', value: id, recheck, at, until: at + RECHECK_LIFE, reason: undefined }
}

/** For how long earlier answers are called back, in milliseconds: longer than any is kept. */
export const RECHECK_LIFE = 7 * 86_400_000

/** The name under which a revocation is kept: a recheck must not take the place of a refusal. */
export function nameOf({ kind, value, recheck }: Pick<Revocation, 'kind' | 'value' | 'recheck'>): string {
  return `${recheck ? 'recheck' : 'refuse'}:${kind}:${value}`
}
