import type { SchemeConfig } from '../../config/schema.ts'
import { isAccessTokenType } from './check-header.ts'
import type { JsonObject, ReadJwt } from './read-jwt.ts'
import { refuseExpired } from './refuse-expired.ts'
import { refuseJwt } from './refuse-jwt.ts'

export type ClaimRules = Pick<
  Extract<SchemeConfig, { type: 'jwt' }>,
  'issuer' | 'audience' | 'clockSkew' | 'maxAge'
>

/**
 * Checks the registered claims of a JWT (RFC 7519 section 4.1, RFC 9068 section 4): issuer and audience to the
 * letter, the times, and that it is an access token. Whether the signature holds is not asked here.
 *
 * @param now milliseconds since the epoch.
 * @returns when the token ends, in milliseconds since the epoch, the allowed difference of the clocks included.
 * @throws PosternError `invalid_token`
 */
export function checkClaims({ header, claims }: ReadJwt, rules: ClaimRules, now: number): number {
  if (claims.iss !== rules.issuer) refuseJwt('This token is from another issuer.')
  checkAudience(claims, rules.audience)
  checkKind(header, claims)
  return checkTimes(claims, rules, now)
}

function checkAudience({ aud }: JsonObject, audience: string | readonly string[]): void {
  const expected = typeof audience === 'string' ? [audience] : audience
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (named.every(name => typeof name === 'string') && named.some(name => expected.includes(name))) return
  refuseJwt(
    `This token is meant for another server. Ask the issuer for one with the audience ${expected[0]}.`,
  )
}

/** Claims that only ID tokens (OpenID Connect Core 2, 3.3.2.11) and event tokens (RFC 8417) have. */
const FOREIGN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const
/** What identity providers call their access tokens in the claims `typ` (Keycloak) and `token_use` (Cognito). */
const ACCESS_TOKEN = /^(?:bearer|access|access[-_]token|at\+jwt|jwt)$/i

/**
 * An identity provider signs ID and refresh tokens with the same keys, and says in many ways which is which. A
 * token that is bound to a key of the client (RFC 7800) is no bearer token: the binding could not be checked.
 */
function checkKind(header: JsonObject, claims: JsonObject): void {
  if (Object.hasOwn(claims, 'cnf')) {
    refuseJwt(
      'This token is bound to a key of the client, which this server can’t check. Send a bearer token.',
    )
  }
  const kinds = [claims.typ, claims.token_use].filter(kind => kind !== undefined)
  const isNamedOther = kinds.some(kind => typeof kind !== 'string' || !ACCESS_TOKEN.test(kind))
  const isNamedAccess = kinds.length > 0 || isAccessTokenType(header)
  const looksOther = FOREIGN_CLAIMS.some(name => Object.hasOwn(claims, name))
  if (isNamedOther || (looksOther && !isNamedAccess)) {
    refuseJwt(
      'This is no access token, but for example an ID token or a refresh token. Send the access token.',
    )
  }
}

function checkTimes(claims: JsonObject, { clockSkew, maxAge }: ClaimRules, now: number): number {
  const expires = timeOf(claims, 'exp')
  if (expires === undefined) refuseJwt('This token never expires, and this server takes none that don’t.')
  if (!(now < expires + clockSkew)) refuseExpired()
  const notBefore = timeOf(claims, 'nbf')
  if (notBefore !== undefined && notBefore > now + clockSkew) refuseJwt('This token is not valid yet.')
  const issued = timeOf(claims, 'iat')
  if (issued !== undefined && issued > now + clockSkew) {
    refuseJwt('This token was issued in the future. Is a clock wrong?')
  }
  if (maxAge !== undefined && (issued === undefined || !(now < issued + maxAge + clockSkew))) {
    refuseJwt('This token was issued too long ago, or does not say when. Ask the issuer for a new one.')
  }
  return (
    Math.min(expires, issued === undefined || maxAge === undefined ? expires : issued + maxAge) + clockSkew
  )
}

/** A NumericDate (RFC 7519 section 2) in milliseconds; undefined where the claim is missing. */
function timeOf(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (value === undefined) return undefined
  // The bound keeps the result a moment that a Date can hold; 1e999 is Infinity after parsing.
  if (typeof value !== 'number' || !(value >= 0 && value <= 8_640_000_000_000)) {
    refuseJwt(`This token’s ${name} is no time.`)
  }
  return Math.floor(value * 1_000)
}
