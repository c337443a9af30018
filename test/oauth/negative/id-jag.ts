import type { Test } from 'tap'
import { createIssuer, createKey, type SignOptions } from '../../auth/jwt/issuer.ts'
import { CLAUDE_CALLBACK, type OAuthDoor, PUBLIC_URL, postForm, RESOURCE } from '../gateway.ts'
import type { Answer, Changes } from './token-requests.ts'

/** RFC 7523 section 2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const CLIENTS = ['alice', 'bob'].map(id => ({
  id,
  name: id,
  redirectUris: [CLAUDE_CALLBACK],
  secret: `${id}-has-a-secret`,
}))

export type Issuer = Awaited<ReturnType<typeof createIssuer>>

/** Two identity providers, of which one speaks for Bob's client alone, as members of `auth[]` of type `oauth`. */
export async function startProviders(t: Test) {
  const acme = await createIssuer(t, createKey('acme'), '/acme')
  const other = await createIssuer(t, createKey('other'), '/other')
  const entryOf = ({ issuer, origin }: Issuer) => ({
    ...{ issuer, jwks: `${origin}/keys`, organization: 'org', roles: 'groups' },
  })
  const identityProviders = [entryOf(acme), { ...entryOf(other), clients: ['bob'] }]
  return { acme, other, oauth: { identityProviders, clients: CLIENTS } }
}

let count = 0

/** An ID-JAG that is good for Alice's client, changed as told. @param now - milliseconds since the epoch */
export function assertionOf(
  issuer: Issuer,
  now: number,
  { key, header = {}, claims = {} }: SignOptions = {},
): string {
  const at = Math.floor(now / 1_000)
  return issuer.sign({
    ...(key !== undefined && { key }),
    header: { typ: 'oauth-id-jag+jwt', ...header },
    claims: {
      ...{ aud: PUBLIC_URL, client_id: 'alice', resource: RESOURCE, scope: 'read:* write:*' },
      ...{ jti: `jag-${++count}`, iat: at, nbf: at, exp: at + 300 },
      ...claims,
    },
  })
}

/** Brings an assertion, as Alice's client where nothing else is said. */
export function exchange(
  door: OAuthDoor,
  assertion: string,
  changes: Changes = {},
  client: 'alice' | 'bob' = 'alice',
): Promise<Answer> {
  const proof = { client_id: client, client_secret: `${client}-has-a-secret` }
  return postForm(door, '/oauth/token', { grant_type: JWT_BEARER, assertion, ...proof, ...changes })
}
