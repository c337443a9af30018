import { hash } from 'node:crypto'
import { createLocalJWKSet, type LocalJWKSet } from 'jose'
import type { Site } from './endpoint.ts'
import { createExpiringCache } from './expiring-cache.ts'
import { checkClaims } from './jwt/check-claims.ts'
import { checkHeader } from './jwt/check-header.ts'
import type { KeyRing } from './jwt/key-ring.ts'
import { readClaims } from './jwt/read-claims.ts'
import { type ReadJwt, readJwt } from './jwt/read-jwt.ts'
import { refuseExpired } from './jwt/refuse-expired.ts'
import { refuseJwt } from './jwt/refuse-jwt.ts'
import { refuseRespelt } from './jwt/refuse-respelt.ts'
import { verifySignature } from './jwt/verify-signature.ts'
import { MACHINE_CLAIMS, MACHINE_TOKEN_TYPE, machineCredentialId } from './machine-token.ts'
import type { Authenticated, Principal } from './principal.ts'

/** What {@link createMachineTokenVerifier} needs. */
export interface MachineTokenOptions {
  /** Position of the scheme in the configuration's `auth` list. */
  readonly index: number
  readonly site: Pick<Site, 'baseUrl' | 'keys'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Undefined where the token is no JWT of this gateway's, so that the next scheme is asked. */
export type VerifyMachineToken = (token: string) => Authenticated | Promise<Authenticated> | undefined

/** Milliseconds by which the clocks of two instances may differ. */
const CLOCK_SKEW = 5_000
/** Milliseconds that a verified token is taken without verifying its signature again. */
const KEPT = 60_000
const CACHE_SIZE = 10_000
const ALGORITHM = 'ES256'
const NOTHING: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Makes the verification of the JWTs that machines get from the authorization server (RFC 9068), with the keys that
 * sign them and without asking anybody. They are told from everything else that is signed with these keys, such as the
 * tokens for backends, by their type. Whether their client is enabled is told by what was revoked, which is asked for
 * every request; so is whether they have ended.
 */
export function createMachineTokenVerifier({ index, site, now }: MachineTokenOptions): VerifyMachineToken {
  const ring = site.keys && fixedRing(createLocalJWKSet(site.keys))
  const verified = createExpiringCache<Principal>(CACHE_SIZE)

  async function verify(token: string, jwt: ReadJwt, key: string): Promise<Authenticated> {
    if (ring === undefined) refuseJwt('This gateway has no keys any more that could verify this token.')
    const header = checkHeader(jwt.header, { algorithms: [ALGORITHM], types: [MACHINE_TOKEN_TYPE] })
    const rules = {
      issuer: site.baseUrl(),
      audience: audienceOf(jwt),
      clockSkew: CLOCK_SKEW,
      maxAge: undefined,
    }
    const expiresAt = checkClaims(jwt, rules, now())
    await verifySignature(token, header, ring, undefined)
    const principal = toPrincipal(jwt, expiresAt, index)
    verified.set(key, principal, now(), KEPT)
    return admit(principal, now())
  }

  return token => {
    if (!token.includes('.')) return undefined
    const key = hash('sha256', token, 'base64url')
    const known = verified.get(key, now())
    if (known !== undefined) return admit(known, now())
    const issuer = site.baseUrl()
    const jwt = readJwt(token)
    if (jwt === undefined) refuseRespelt(token, issuer)
    return jwt === undefined || jwt.claims.iss !== issuer ? undefined : verify(token, jwt, key)
  }
}

/** Keys change with the configuration, and then there is another verifier. */
function fixedRing(keys: LocalJWKSet): KeyRing {
  return { current: () => keys, renewed: async known => known }
}

/** One text: these tokens are for one server, which `refuse-foreign.ts` compares. */
function audienceOf({ claims: { aud } }: ReadJwt): string {
  return typeof aud === 'string' ? aud : refuseJwt('This token does not name the server that it is for.')
}

function admit(principal: Principal, now: number): Authenticated {
  const { expiresAt } = principal
  if (expiresAt === undefined || !(now < expiresAt)) refuseExpired()
  return { principal, forwardable: NOTHING }
}

function toPrincipal(jwt: ReadJwt, expiresAt: number, index: number): Principal {
  const { subject, organization, roles, scopes, jti, client, iat } = readClaims(jwt.claims, MACHINE_CLAIMS)
  // Or nobody could revoke it, alone or with its client.
  if (jti === undefined || client === undefined || iat === undefined) {
    refuseJwt('This token does not say which it is, whom it was issued to, or when.')
  }
  return Object.freeze({
    subject,
    organization,
    roles: Object.freeze([...roles]),
    scopes: Object.freeze([...scopes]),
    scheme: 'oauth',
    schemeIndex: index,
    credentialId: machineCredentialId(jti),
    expiresAt,
    client,
    sequence: undefined,
    issuedAt: iat - CLOCK_SKEW,
    restsOn: Object.freeze([]),
    audience: Object.freeze([audienceOf(jwt)]),
  })
}
