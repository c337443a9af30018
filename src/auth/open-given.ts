import { PosternError } from '../errors.ts'
import type { Authenticated } from './principal.ts'
import { accessPlace, openWith } from './token-sealing.ts'

/** The product's credential as it is kept beside an access token: nobody opens it without the token itself. */
export interface SealedGift {
  /** Of the record, `oat_…`. */
  readonly tokenId: string
  readonly sealed: string
}

/** Header names as the configuration writes them, in lower case, and what a header value may hold (RFC 9110 5.5). */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[\x20-\x7e\xa0-\xff]*$/

/**
 * What a request with this access token brings along: the function that opens what its owner gave when the client was
 * connected. It is opened for a call and not before; the token lives as long as the function, which is the request.
 */
export function openGiven(
  token: string,
  { tokenId, sealed }: SealedGift,
): NonNullable<Authenticated['given']> {
  return () => readHeaders(openWith(token, sealed, accessPlace(tokenId)))
}

/** Written by this program, and authenticated; all the same nothing else than headers leaves here. */
function readHeaders(text: string): Readonly<Record<string, string>> {
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
