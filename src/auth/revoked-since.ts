import type { KnownRevocations } from '../store/revocation.ts'
import type { Principal } from './principal.ts'
import { stillHolds } from './refuse-revoked.ts'

/**
 * Whether everything of a subject, their organisation or their client was revoked since a count of the store. Where the
 * store has lost something meanwhile, its counts don't tell, and each revocation is taken for a younger one. As of the
 * last `Store.fresh`.
 *
 * @param asOf - `KnownRevocations.sequence` at that time
 * @param now - milliseconds since the epoch
 */
export function isRevokedSince(
  { subject, organization, client }: Pick<Principal, 'subject' | 'organization' | 'client'>,
  asOf: number,
  revocations: KnownRevocations,
  now: number,
): boolean {
  const words = [
    revocations.find('subject', subject),
    organization === undefined ? undefined : revocations.find('organization', organization),
    client === undefined ? undefined : revocations.find('client', client),
  ]
  return words.some(
    word =>
      word !== undefined && stillHolds(word, now) && (word.sequence > asOf || asOf < revocations.trustedFrom),
  )
}
