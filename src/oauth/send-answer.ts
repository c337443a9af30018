import type { FastifyReply } from 'fastify'
import { writeCookie } from './cookies.ts'
import type { OAuthAnswer, OAuthRoute } from './http.ts'
import { contentSecurityPolicy } from './page-headers.ts'

/** How answers are written. */
export interface SendingOptions {
  /** Whether the site is https, as people see it: cookies are then `__Host-` and Secure. */
  readonly isSecure: () => boolean
  /** What stands before all paths as browsers know them, where a proxy takes it away; default: nothing. */
  readonly basePath?: () => string
  /** The CSP sources of the pages' style sheets. */
  readonly styleSource: string
  /** That of their script; default: nothing is run. */
  readonly scriptSource?: string
}

/** Writes an answer, with what keeps it from caches, frames and other sites. */
export function sendAnswer(
  reply: FastifyReply,
  { status, headers, cookies = [], body }: OAuthAnswer,
  { cors }: Pick<OAuthRoute, 'cors'>,
  { isSecure, basePath, styleSource, scriptSource }: SendingOptions,
): FastifyReply {
  reply.code(status).headers({ ...HARMLESS, ...(cors && CORS), ...headers })
  // A path of ours; at the root of the host there may be somebody else.
  if (headers?.location?.startsWith('/')) reply.header('location', (basePath?.() ?? '') + headers.location)
  if (cookies.length > 0)
    reply.header(
      'set-cookie',
      cookies.map(cookie => writeCookie(cookie, isSecure())),
    )
  if (body === undefined) return reply.send()
  if ('json' in body) return reply.type('application/json; charset=utf-8').send(JSON.stringify(body.json))
  return reply
    .headers({
      'x-frame-options': 'DENY',
      'content-security-policy': contentSecurityPolicy(styleSource, scriptSource),
    })
    .type('text/html; charset=utf-8')
    .send(body.html)
}

/** Answers a CORS preflight (Fetch, "CORS-preflight fetch") for the routes of one path that pages of every origin may call. */
export function sendPreflight(reply: FastifyReply, served: readonly OAuthRoute[]): FastifyReply {
  const methods = served.filter(({ cors }) => cors).map(({ method }) => method)
  return reply
    .code(204)
    .headers({
      ...HARMLESS,
      ...CORS,
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'Authorization, Content-Type, Accept, MCP-Protocol-Version',
      'access-control-max-age': '600',
    })
    .send()
}

/**
 * Caches, frames, guesses of types and referrers of other sites learn nothing of what is answered here. Not
 * `no-referrer`: a form of such a page says `Origin: null` (Fetch, "append a request Origin header"), as one in a
 * sandbox does.
 */
const HARMLESS = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}
