import { hash } from 'node:crypto'
import type { SchemeConfig } from '../../config/schema.ts'
import type { CancelSignal } from '../cancel-signal.ts'
import { createExpiringCache } from '../expiring-cache.ts'
import { checkClaims } from '../jwt/check-claims.ts'
import { checkHeader } from '../jwt/check-header.ts'
import { createKeyRing } from '../jwt/key-ring.ts'
import { readClaims } from '../jwt/read-claims.ts'
import { type ReadJwt, readJwt } from '../jwt/read-jwt.ts'
import { refuseExpired } from '../jwt/refuse-expired.ts'
import { refuseRespelt } from '../jwt/refuse-respelt.ts'
import { verifySignature } from '../jwt/verify-signature.ts'
import { keepPrincipal } from '../keep-principal.ts'
import type { Authenticated, Principal } from '../principal.ts'
import { LONGEST_JWT, readToken } from '../read-token.ts'
import type { Scheme } from '../scheme.ts'

export interface JwtSchemeOptions {
  readonly config: Extract<SchemeConfig, { type: 'jwt' }>
  readonly index: number
  /** Whether a value is a token minted by Postern, which has a scheme of its own. */
  readonly isMinted: (token: string) => boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The token is meant for this gateway: a backend must not get it (MCP, "Token Passthrough"). */
const NOTHING_TO_FORWARD: Authenticated['forwardable'] = Object.freeze({})
const CACHE_SIZE = 10_000

/**
 * JWTs of one issuer, verified with its public keys: see `auth/jwt/` for each step.
 *
 * What is no JWT, or names another issuer, is left to the next scheme; the issuer is believed for nothing else
 * before the signature is verified. A verified token is taken again for `cache` without its signature being
 * verified again, known by the SHA-256 of all its characters; whether it has ended is asked for every request.
 */
export function createJwtScheme({ config, index, isMinted, now }: JwtSchemeOptions): Scheme {
  const headerKey = config.header.toLowerCase()
  const ring = createKeyRing({ source: config, ...config.keys, now })
  const verified = createExpiringCache<Principal>(CACHE_SIZE)

  async function verify(
    token: string,
    jwt: ReadJwt,
    key: string,
    signal: CancelSignal | undefined,
  ): Promise<Authenticated> {
    const header = checkHeader(jwt.header, config)
    // Asked first, so that tokens that are refused anyway cost no question and no cryptography.
    checkClaims(jwt, config, now())
    await verifySignature(token, header, ring, signal)
    const at = now()
    const principal = keepPrincipal(
      verified.peek(key),
      toPrincipal(jwt, checkClaims(jwt, config, at), { config, index }),
    )
    verified.set(key, principal, at, config.cache)
    return admit(principal, token, at)
  }

  return {
    type: 'jwt',
    headers: [config.header],
    expects: `\`${headerKey === 'authorization' ? 'Authorization: Bearer …' : `${config.header}: …`}\` with an access token (a JWT) of ${config.issuer}`,
    authenticate(presented, signal) {
      const token = readToken(config.header, presented.get(headerKey) ?? '', LONGEST_JWT)
      if (!token.includes('.') || isMinted(token)) return undefined
      const key = hash('sha256', token, 'base64url')
      const known = verified.get(key, now())
      if (known !== undefined) return admit(known, token, now())
      const jwt = readJwt(token)
      if (jwt === undefined) refuseRespelt(token, config.issuer)
      if (jwt === undefined || jwt.claims.iss !== config.issuer) return undefined
      return verify(token, jwt, key, signal)
    },
  }
}

/** What holds for every request, however long ago the signature was verified: all callers come through here. */
function admit(principal: Principal, token: string, now: number): Authenticated {
  const { expiresAt } = principal
  if (expiresAt === undefined || !(now < expiresAt)) {
    refuseExpired()
  }
  return { principal, forwardable: NOTHING_TO_FORWARD, exchangeable: token }
}

function toPrincipal(
  jwt: ReadJwt,
  expiresAt: number,
  { config, index }: Pick<JwtSchemeOptions, 'config' | 'index'>,
): Principal {
  const { subject, organization, roles, scopes, jti, client, iat } = readClaims(jwt.claims, config)
  return Object.freeze({
    subject,
    organization,
    roles: Object.freeze([...roles]),
    scopes: Object.freeze([...scopes]),
    scheme: 'jwt',
    schemeIndex: index,
    credentialId: jti === undefined ? fingerprint(jwt) : `jti_${jti}`,
    expiresAt,
    client,
    sequence: undefined,
    // Of an issuer whose clock is ahead, a token can be older than it says.
    issuedAt: iat === undefined ? undefined : iat - config.clockSkew,
    restsOn: [],
    audience: audienceOf(jwt),
  })
}

/** All that it names: it was checked that one of them is configured. */
function audienceOf({ claims: { aud } }: ReadJwt): readonly string[] {
  return Object.freeze((Array.isArray(aud) ? aud : [aud]).filter(name => typeof name === 'string'))
}

/**
 * The id of a token that has none of its own, the same on every node. The signature is left out: there are
 * several valid ones of one content (ECDSA), and a revoked token must not come back with another id.
 */
function fingerprint({ signed }: ReadJwt): string {
  return `jwt_${hash('sha256', signed, 'base64url').slice(0, 22)}`
}
