import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { type OAuthDoor, PUBLIC_URL, register } from '../gateway.ts'

/** A client that proves itself with a key (`private_key_jwt`, RFC 7523). */
export interface KeyClient {
  readonly clientId: string
  readonly publicKey: JWK
  /** The same as PEM. */
  readonly publicPem: string
  /** What it adds to a form: its proof, changed as told. */
  readonly proof: (change?: ProofChange) => Promise<Readonly<Record<string, string>>>
}

export interface ProofChange {
  readonly claims?: JWTPayload | Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: CryptoKey | Uint8Array
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Registers one with a fresh key. @param now - milliseconds since the epoch, as the gateway has it */
export async function registerKeyClient(
  node: OAuthDoor,
  now: () => number,
  metadata: object = {},
): Promise<KeyClient> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'own', alg: 'ES256', use: 'sig' }
  const clientId = await register(node, {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
    ...metadata,
  })
  let count = 0
  return {
    clientId,
    publicKey: jwk,
    publicPem: await exportSPKI(publicKey),
    async proof({ claims = {}, header = {}, key = privateKey } = {}) {
      const at = Math.floor(now() / 1_000)
      const all = {
        iss: clientId,
        sub: clientId,
        aud: PUBLIC_URL,
        jti: `${clientId}-${++count}`,
        iat: at,
        exp: at + 60,
        ...claims,
      }
      const signed = new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'own', ...header })
      return { client_assertion_type: ASSERTION_TYPE, client_assertion: await signed.sign(key) }
    },
  }
}
