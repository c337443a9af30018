import { PosternError } from '../errors.ts'
import { openWith, sealWith } from './token-sealing.ts'

/** Request headers of the product's credential, lower-case names. Never logged, never stored but sealed. */
export type GivenHeaders = Readonly<Record<string, string>>

/** Header names in lower case, and what a header value may hold (RFC 9110 section 5.5). */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[\x20-\x7e\xa0-\xff]*$/

/**
 * Seals the product's credential, so that only the holder of a secret opens it.
 *
 * @param secret - a token, a code or a cookie's, with 128 random bits at least
 * @param place - where it belongs; it opens nowhere else
 */
export function sealHeaders(secret: string, headers: GivenHeaders, place: string): string {
  return sealWith(secret, JSON.stringify(headers), place)
}

/**
 * Opens what {@link sealHeaders} has sealed with the same secret for the same place. Written by this program, and
 * authenticated; all the same nothing else than headers leaves here. Frozen.
 *
 * @throws PosternError `sealed_credential_unreadable`, which quotes nothing of it
 */
export function openHeaders(secret: string, sealed: string, place: string): GivenHeaders {
  const text = openWith(secret, sealed, place)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw unreadable()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable()
  const entries = Object.entries(value)
  for (const [name, content] of entries) {
    if (!NAME.test(name) || typeof content !== 'string' || !VALUE.test(content)) throw unreadable()
  }
  return Object.freeze(Object.fromEntries(entries))
}

function unreadable(): PosternError {
  return new PosternError('sealed_credential_unreadable', { detail: 'the sealed credential is no headers' })
}
