import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose'
import type { KeysConfig } from '../../config/schema.ts'
import { readSigningKey } from '../../config/signing-key.ts'
import { PosternError } from '../../errors.ts'

/** The keys with which Postern signs. */
export interface SigningKeys {
  /**
   * Signs claims as they are with the first key: a compact JWS, ES256.
   *
   * @param type - the header's `typ`; default `JWT`
   */
  sign(claims: JWTPayload, type?: string): Promise<string>
  /** The public parts of all keys, and nothing else of them (RFC 7517 section 5). */
  readonly published: JSONWebKeySet
}

/**
 * Prepares configured keys.
 *
 * @throws PosternError `configuration_invalid` for one that the configuration's checks would have refused.
 */
export function createSigningKeys({ keys }: KeysConfig): SigningKeys {
  const usable = keys.map(({ value }) => prepare(value))
  const [first] = usable
  if (first === undefined) throw unusable('there is no key to sign with')
  const { key, jwk } = first
  return {
    sign: (claims, typ = 'JWT') =>
      new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ, kid: jwk.kid }).sign(key),
    published: Object.freeze({ keys: usable.map(({ jwk }) => jwk) }),
  }
}

const ALGORITHM = 'ES256'

function prepare(pem: string) {
  const { key, mistake } = readSigningKey(pem)
  if (mistake !== undefined) throw unusable(mistake)
  const { x, y } = createPublicKey(key as KeyObject).export({ format: 'jwk' })
  // RFC 7638 section 3.2: the required members alone, in this order, without spaces.
  const required = { crv: 'P-256', kty: 'EC', x, y }
  const kid = hash('sha256', JSON.stringify(required), 'base64url')
  return { key, jwk: Object.freeze({ ...required, kid, use: 'sig', alg: ALGORITHM }) }
}

function unusable(message: string): PosternError {
  return new PosternError('configuration_invalid', { message: `signing: ${message}.` })
}
