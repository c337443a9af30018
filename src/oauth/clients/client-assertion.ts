import { checkHeader } from '../../auth/jwt/check-header.ts'
import { type JsonObject, readJwt } from '../../auth/jwt/read-jwt.ts'
import { PosternError } from '../../errors.ts'
import { oauthError } from '../oauth-error.ts'

/** A client's assertion as it came: nothing of it is verified. */
export interface ClientAssertion {
  /** Whom it claims to be of: `iss` and `sub`, which are the same. */
  readonly clientId: string
  readonly header: { readonly alg: string; readonly kid: string | undefined }
  readonly claims: JsonObject
}

/** An assertion whose claims fit; the signature is another question. */
export interface CheckedClientAssertion {
  readonly jti: string
  /** From when on it is refused anyway, in milliseconds since the epoch. */
  readonly refusedFrom: number
}

/** Algorithms with which clients sign: none that the verifier could sign with as well. */
export const ASSERTION_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const

/** Furthest away that an assertion may end, and how far clocks may differ, in milliseconds. */
const LONGEST_LIFE = 5 * 60_000
const SKEW = 30_000
const LONGEST_ASSERTION = 8_192
const LONGEST_JTI = 256

/**
 * Takes a client's assertion apart (RFC 7523 section 3, RFC 7515).
 *
 * @throws PosternError `oauth_invalid_client`
 */
export function readClientAssertion(assertion: string): ClientAssertion {
  const jwt = assertion.length <= LONGEST_ASSERTION ? readJwt(assertion) : undefined
  if (jwt === undefined) refuse('it is no signed JWT')
  const { iss, sub } = jwt.claims
  if (typeof sub !== 'string' || sub === '' || iss !== sub)
    refuse('its iss and sub are not both the client_id')
  return { clientId: sub, header: headerOf(jwt.header), claims: jwt.claims }
}

/**
 * Checks that an assertion is meant for this server, now, and once.
 *
 * @param audiences - what this server is called: its issuer, and its token endpoint as older clients say
 * @param now - milliseconds since the epoch
 * @throws PosternError `oauth_invalid_client`
 */
export function checkClientAssertion(
  { claims }: ClientAssertion,
  audiences: readonly string[],
  now: number,
): CheckedClientAssertion {
  const named: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  // One that is good elsewhere too could be brought here by whoever got it there.
  if (named.length === 0 || !named.every(name => typeof name === 'string' && audiences.includes(name))) {
    refuse(`its aud is not ${audiences[0]} alone`)
  }
  const [expires, notBefore, issued] = [timeOf(claims, 'exp'), timeOf(claims, 'nbf'), timeOf(claims, 'iat')]
  if (expires === undefined) refuse('it has no exp')
  if (now >= expires + SKEW) refuse('it has expired')
  if (expires > now + LONGEST_LIFE + SKEW) refuse('its exp is more than five minutes away')
  if (notBefore !== undefined && notBefore > now + SKEW) refuse('it is not valid yet')
  if (issued !== undefined && issued > now + SKEW) refuse('it was issued in the future. Is a clock wrong')
  const { jti } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) refuse('it has no jti')
  return { jti, refusedFrom: expires + SKEW }
}

/** `typ` may be missing; the later draft of RFC 7523 names one of its own. */
function headerOf(header: JsonObject): ClientAssertion['header'] {
  try {
    return checkHeader(header, {
      algorithms: [...ASSERTION_ALGORITHMS],
      types: ['JWT', 'client-authentication+jwt'],
    })
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    refuse(
      `its header is not one of those that are taken (${ASSERTION_ALGORITHMS.join(', ')})`,
      error.message,
    )
  }
}

function timeOf(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !(value >= 0 && value <= 8_640_000_000_000))
    refuse(`its ${name} is no time`)
  return Math.floor(value * 1_000)
}

function refuse(reason: string, detail?: string): never {
  throw oauthError('oauth_invalid_client', `The client assertion can’t be taken: ${reason}.`, {
    ...(detail !== undefined && { detail }),
  })
}
