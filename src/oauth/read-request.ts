import type { FastifyRequest } from 'fastify'
import type { ClientAddress } from '../mcp/client-address.ts'
import { readCookies } from './cookies.ts'
import type { OAuthRequest } from './http.ts'
import { oauthError } from './oauth-error.ts'

/** What an {@link OAuthRequest} has besides what was sent. */
export interface ReadingOptions {
  /** Whether the site is https, as people see it: then only cookies count that no other host can have set. */
  readonly isSecure: () => boolean
  readonly clientAddress: ClientAddress
}

/**
 * What the endpoints see of a request.
 *
 * @param signal - aborted when the caller goes away
 * @throws PosternError `oauth_invalid_request` for a header that comes twice and may not
 */
export function readRequest(
  request: FastifyRequest,
  signal: AbortSignal,
  options: ReadingOptions,
): OAuthRequest {
  const { raw, body } = request
  refuseRepeated(raw.rawHeaders)
  const url = raw.url ?? ''
  const mark = url.indexOf('?')
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: singleHeaders(raw.headers),
    cookies: readCookies(raw.headers.cookie, options.isSecure()),
    body: typeof body === 'string' ? body : '',
    from: options.clientAddress(raw),
    peer: raw.socket.remoteAddress,
    requestId: request.id,
    signal,
  }
}

function singleHeaders(headers: FastifyRequest['headers']): OAuthRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

/** Headers that are lists, or that say nothing here: they may come several times (RFC 9110 section 5.3). */
const LISTS =
  /^(?:accept.*|cache-control|connection|cookie|forwarded|link|pragma|te|trace.*|baggage|via|warning|x-forwarded-(?:for|host|port|proto))$/

/** Of two values, readers take different ones: an identity or a credential that comes twice is neither. */
function refuseRepeated(rawHeaders: readonly string[]): void {
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    if (seen.has(name) && !LISTS.test(name)) {
      throw oauthError('oauth_invalid_request', 'A header of this request comes twice. Send it once.')
    }
    seen.add(name)
  }
}
