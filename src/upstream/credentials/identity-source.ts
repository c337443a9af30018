import { randomUUID } from 'node:crypto'
import type { Principal } from '../../auth/principal.ts'
import type { UpstreamCredentials } from '../credentials.ts'
import type { CredentialSource } from './credential-source.ts'
import type { SigningKeys } from './signing-keys.ts'
import { tokenHeader } from './token-header.ts'

/** What {@link createIdentitySource} needs. */
export interface IdentityOptions {
  readonly keys: SigningKeys
  /** The `iss`: where clients and backends know this gateway by. */
  readonly issuer: string
  /** The `aud`: the one backend that may believe the token. */
  readonly audience: string
  /** Header that carries it. */
  readonly header: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Seconds that a token lives at most. */
const LIFETIME = 60

interface Signed {
  readonly credentials: UpstreamCredentials
  /** Milliseconds since the epoch: used from, and until half of its life is over. */
  readonly from: number
  readonly until: number
}

/**
 * Says who is calling, in a JWT (RFC 7519) of a minute that only this API's backend may believe. It lives no longer
 * than the caller's own credential, and is used for calls of the same caller during the first half of its life:
 * a signature costs more than the rest of a call. So `jti` names the token, not the call.
 */
export function createIdentitySource(options: IdentityOptions): CredentialSource {
  const { now } = options
  // The principal is the same object as long as nothing about the caller changes, and forgotten with it.
  const signed = new WeakMap<Principal, Signed>()
  const running = new WeakMap<Principal, Promise<UpstreamCredentials>>()

  async function sign(principal: Principal): Promise<UpstreamCredentials> {
    try {
      const fresh = await signIdentity(principal, options)
      signed.set(principal, fresh)
      return fresh.credentials
    } finally {
      running.delete(principal)
    }
  }

  return ({ principal }) => {
    const known = signed.get(principal)
    const at = now()
    // A clock that was set back must not make an old token young.
    if (known !== undefined && at < known.until && at >= known.from) return known.credentials
    const pending = running.get(principal) ?? sign(principal)
    running.set(principal, pending)
    return pending
  }
}

async function signIdentity(
  { subject, organization, roles, scopes, scheme, expiresAt }: Principal,
  { keys, issuer, audience, header, now }: IdentityOptions,
): Promise<Signed> {
  const from = now()
  const iat = Math.floor(from / 1_000)
  const exp = Math.min(iat + LIFETIME, Math.ceil((expiresAt ?? Number.POSITIVE_INFINITY) / 1_000))
  const token = await keys.sign({
    iss: issuer,
    aud: audience,
    sub: subject,
    ...(organization !== undefined && { org: organization }),
    roles: [...roles],
    scope: scopes.join(' '),
    scheme,
    jti: randomUUID(),
    iat,
    exp,
  })
  return { credentials: tokenHeader(header, token), from, until: from + ((exp - iat) * 1_000) / 2 }
}
