import { PosternError } from '../errors.ts'
import type { KnownRevocations, Revocation } from '../store/revocation.ts'
import type { Principal } from './principal.ts'

/**
 * Refuses a caller whose credential, subject, organisation or client was revoked. Asked for every request after
 * `Store.fresh`, whatever scheme verified the caller and however long ago.
 *
 * A revocation of a credential refuses that one, and what rests on it: the tokens of a grant, or of a product's
 * credential that was given for a connection. One of a subject, an organisation or a client refuses what is or may
 * be older than it: a minted token by the store's count, a JWT by its `iat`; the product's own credentials don't say
 * how old they are, so they are refused until the revocation is lifted or ends.
 *
 * @param now - milliseconds since the epoch
 * @throws PosternError `invalid_token`
 */
export function refuseRevoked(principal: Principal, revocations: KnownRevocations, now: number): void {
  if (revocations.size === 0) return
  const { credentialId, subject, organization, client, restsOn } = principal
  const own = revocations.find('credential', credentialId)
  if (own !== undefined && stillHolds(own, now)) refuse('This credential was revoked. Ask for a new one.')
  for (const id of restsOn) {
    const word = revocations.find('credential', id)
    if (word !== undefined && stillHolds(word, now)) {
      refuse('The connection that this token belongs to was ended. Connect again.')
    }
  }
  const whole = [
    revocations.find('subject', subject),
    organization === undefined ? undefined : revocations.find('organization', organization),
    client === undefined ? undefined : revocations.find('client', client),
  ]
  for (const revocation of whole) {
    if (revocation === undefined || !stillHolds(revocation, now) || isNewer(principal, revocation)) continue
    refuse(
      `All credentials of this ${revocation.kind} were revoked. Ask for a new one, or the administrator if a new one is refused as well.`,
    )
  }
  if (principal.scheme === 'oauth' && principal.sequence !== undefined) {
    refuseCalledBack(principal, principal.sequence, revocations)
  }
}

/**
 * An OAuth access token is an answer of the product's, too, that is kept until the token ends: who it speaks for, with
 * which roles and scopes. When earlier answers no longer count, its client gets another one with its refresh token, for
 * which the product is asked anew.
 */
function refuseCalledBack(principal: Principal, asOf: number, revocations: KnownRevocations): void {
  if (!isSaidSince(principal, asOf, revocations)) return
  refuse(
    'What this token may do has to be asked anew. Get another one with the refresh token, or connect again.',
    'recheck',
  )
}

/**
 * Whether a caller whom the product verified must be verified again: somebody said since that earlier answers about
 * the credential, its subject, organisation or client don't count.
 *
 * @param asOf - `KnownRevocations.sequence` before the product was asked
 */
export function isCalledBack(principal: Principal, asOf: number, revocations: KnownRevocations): boolean {
  if (asOf < revocations.trustedFrom) return true
  if (revocations.sequence === asOf || revocations.size === 0) return false
  return isSaidSince(principal, asOf, revocations)
}

function isSaidSince(principal: Principal, asOf: number, revocations: KnownRevocations): boolean {
  const { credentialId, subject, organization, client, restsOn } = principal
  const words = [
    revocations.findRecheck('credential', credentialId),
    ...restsOn.map(id => revocations.findRecheck('credential', id)),
    revocations.findRecheck('subject', subject),
    organization === undefined ? undefined : revocations.findRecheck('organization', organization),
    client === undefined ? undefined : revocations.findRecheck('client', client),
  ]
  return words.some(word => word !== undefined && word.sequence > asOf)
}

/** Whether a revocation has not ended yet. @param now - milliseconds since the epoch */
export function stillHolds({ until }: Revocation, now: number): boolean {
  // A time that is no number has not come.
  return !(until !== undefined && now >= until)
}

/** Whether the credential was certainly issued after the revocation. */
function isNewer({ sequence, issuedAt }: Principal, revocation: Revocation): boolean {
  if (sequence !== undefined) return sequence > revocation.sequence
  return issuedAt !== undefined && issuedAt > revocation.at
}

/** The reason tells it from a guess: the credential was right once. */
function refuse(message: string, reason: 'revoked' | 'recheck' = 'revoked'): never {
  throw new PosternError('invalid_token', { message, data: { reason } })
}
