import { createLocalJWKSet, type LocalJWKSet } from 'jose'
import type { KeyRing } from '../../auth/jwt/key-ring.ts'
import type { ClientAuthentication } from '../client.ts'
import { keySetUrl } from './document-url.ts'
import type { Documents } from './find-document.ts'
import { readKeys } from './read-keys.ts'

/** For whom keys are looked for. */
export interface KeysRequest {
  /** The address that asks, by which fetches are limited. */
  readonly from: string | undefined
  readonly signal: AbortSignal
}

/**
 * The public keys of a client as a key ring, for one request: those of its metadata, or what is at its `jwks_uri`,
 * fetched as its metadata would be. A key that is not known makes them asked for anew, at most once a minute.
 */
export function clientKeys(
  { keys }: Extract<ClientAuthentication, { method: 'private_key_jwt' }>,
  documents: Documents,
  { from, signal }: KeysRequest,
): KeyRing {
  if (!('uri' in keys) || typeof keys.uri !== 'string') {
    const inline = createLocalJWKSet(readKeys(keys))
    return { current: () => inline, renewed: async () => inline }
  }
  const url = keySetUrl(keys.uri)
  let read: { readonly body: unknown; readonly keys: LocalJWKSet } | undefined
  const keysOf = (body: unknown): LocalJWKSet => {
    try {
      return createLocalJWKSet(readKeys(body))
    } catch (error) {
      documents.forget(url)
      throw error
    }
  }
  return {
    async current() {
      const body = await documents.get(url, from, signal)
      read = { body, keys: keysOf(body) }
      return read.keys
    },
    async renewed(known) {
      const body = await documents.renew(url, from, signal)
      return body === read?.body ? known : keysOf(body)
    },
  }
}
