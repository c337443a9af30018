import type { VerifiedCaller } from './answer-reader.ts'
import type { ProductCredential } from './product-question.ts'

/** Whom a credential belongs to, and what ends it. */
export interface Verified extends VerifiedCaller {
  /** Milliseconds since the epoch; undefined where the answer names no end. */
  readonly expiresAt: number | undefined
  /** The OAuth client that it was issued to. */
  readonly client: string | undefined
  /** The earliest time at which it can have been issued, in milliseconds since the epoch. */
  readonly issuedAt: number | undefined
}

/**
 * Asks who issued a credential whether it is good.
 *
 * @throws PosternError `invalid_token` where it is not; `upstream_unavailable` where nobody can say. Any other
 * error counts as the latter.
 */
export type VerifyingQuestion = (credential: ProductCredential, signal: AbortSignal) => Promise<Verified>
