import type { JSONWebKeySet, JWK } from 'jose'
import { oauthError } from '../oauth-error.ts'

/**
 * The public keys of a client (RFC 7517), without any member that verifying needs not. A private member is refused and
 * not only left out: who publishes his private key has no key (and the client must learn of it).
 *
 * @throws PosternError `oauth_invalid_client_metadata`
 */
export function readKeys(value: unknown): JSONWebKeySet {
  const keys: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'keys') : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS) {
    refuse(`Its jwks must be a key set (RFC 7517) of 1 to ${MOST_KEYS} keys.`)
  }
  return Object.freeze({ keys: keys.map(readKey) })
}

const MOST_KEYS = 16
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'use', 'alg'] as const
const LONGEST_MEMBER = 2_048

function readKey(value: unknown): JWK {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('A key of it is no object.')
  const given = new Map<string, unknown>(Object.entries(value))
  if (PRIVATE.some(name => given.has(name))) {
    refuse('A key of it has private parts. Make a new pair, and publish the public part only.')
  }
  const kty = given.get('kty')
  if (kty !== 'EC' && kty !== 'RSA' && kty !== 'OKP') refuse('Its keys must be of type EC, RSA or OKP.')
  const use = given.get('use')
  if (use !== undefined && use !== 'sig') refuse('Its keys must be for signatures.')
  const members = PUBLIC.flatMap(name => {
    const member = given.get(name)
    if (member === undefined) return []
    if (typeof member !== 'string' || member.length > LONGEST_MEMBER)
      refuse(`The member ${name} of a key is no text.`)
    return [[name, member] as const]
  })
  return Object.freeze({ kty, ...Object.fromEntries(members) })
}

function refuse(message: string): never {
  throw oauthError('oauth_invalid_client_metadata', `The client’s keys can’t be used. ${message}`)
}
