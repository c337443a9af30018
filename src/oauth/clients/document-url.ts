import { HOST_NAME } from '../../config/redirect-uri.ts'
import { oauthError } from '../oauth-error.ts'

/** Whether a `client_id` means a document: then nothing else is looked for under it. */
export function isDocumentId(id: string): boolean {
  return /^https?:/i.test(id)
}

/**
 * The URL of a Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document section 3): https with a path,
 * and nothing that could be read or written in two ways. No user, fragment, dot segment or port, and no query, which the
 * draft discourages; a host name with a dot and no address, so that DNS is asked for it, and what it says is judged.
 *
 * @throws PosternError `oauth_invalid_client`
 */
export function documentUrl(id: string): URL {
  const mistake = findMistake(id)
  if (mistake === undefined) return new URL(id)
  throw oauthError(
    'oauth_invalid_client',
    `This client_id is a URL under which no metadata can be looked for: it ${mistake}.`,
  )
}

/**
 * The URL of a client's keys, under the same rules: it is fetched in the same way.
 *
 * @throws PosternError `oauth_invalid_client_metadata`
 */
export function keySetUrl(uri: string): URL {
  const mistake = findMistake(uri)
  if (mistake === undefined) return new URL(uri)
  throw oauthError(
    'oauth_invalid_client_metadata',
    `The client’s jwks_uri is no URL that is asked: it ${mistake}.`,
  )
}

/** Longest in characters. */
const LONGEST = 512

function findMistake(id: string): string | undefined {
  if (id.length > LONGEST) return `has more than ${LONGEST} characters`
  const [, authority, path = ''] = /^https:\/\/([^/?#]*)(\/[\x21-\x7e]*)?$/.exec(id) ?? []
  if (authority === undefined) return 'is not https, or has signs that no URL has'
  if (authority.includes('@')) return 'has a user name'
  if (authority.includes(':')) return 'has a port, or an address instead of a name'
  if (!HOST_NAME.test(authority) || !authority.includes('.')) return 'has no host name of the internet'
  if (path === '' || path === '/') return 'has no path'
  if (/[?#\\]/.test(path)) return 'has a query, a fragment or a backslash'
  // Dot segments, also encoded ones, and whatever else a URL parser repairs.
  if (!URL.canParse(id) || new URL(id).href !== id) return 'is not written as a URL parser would write it'
  return undefined
}
