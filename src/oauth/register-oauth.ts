/**
 * The edge of the authorization server: reads Fastify's requests into {@link OAuthRequest}, writes answers, and turns
 * errors into what each address speaks, JSON for programs and pages for people. Nothing is decided here but what HTTP
 * itself asks for: the host, the media type, headers that come twice.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PosternError } from '../errors.ts'
import type { Access } from '../mcp/access.ts'
import type { ClientAddress } from '../mcp/client-address.ts'
import { readCookies, writeCookie } from './cookies.ts'
import type { OAuthAnswer, OAuthRequest, OAuthRoute } from './http.ts'
import { oauthError, wireCode } from './oauth-error.ts'
import { contentSecurityPolicy } from './page-headers.ts'

/** What {@link registerOAuth} needs. */
export interface OAuthEdgeOptions {
  readonly routes: readonly OAuthRoute[]
  /** Whether the site is https, as people see it: cookies are then `__Host-` and Secure. */
  readonly isSecure: () => boolean
  /** What stands before all paths as browsers know them, where a proxy takes it away; default: nothing. */
  readonly basePath?: () => string
  readonly access: Pick<Access, 'isHostAllowed'>
  readonly clientAddress: ClientAddress
  /** The CSP source of the pages' style sheet. */
  readonly styleSource: string
  /** The page that says what went wrong and what to do. */
  readonly problemPage: (error: PosternError, requestId: string) => string
  /** Something unexpected, for the log. */
  readonly onFailure: (error: unknown, requestId: string) => void
}

/** Largest body, in bytes: a registration with many redirect URIs is a tenth of it. */
const BODY_LIMIT = 65_536

/** Opens all addresses of the authorization server. */
export function registerOAuth(fastify: FastifyInstance, options: OAuthEdgeOptions): void {
  fastify.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_, body, done) =>
      done(null, body),
    )
    const paths = new Set(options.routes.flatMap(route => route.paths))
    for (const path of paths) {
      const served = options.routes.filter(route => route.paths.includes(path))
      scope.route({
        method: [...METHODS],
        url: path,
        exposeHeadRoute: false,
        errorHandler: (thrown, request, reply) => sendError(thrown, request, reply, served, options),
        handler: (request, reply) => answer(request, reply, served, options),
      })
    }
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  served: readonly OAuthRoute[],
  options: OAuthEdgeOptions,
): Promise<FastifyReply> {
  if (!options.access.isHostAllowed(request.headers.host, request.raw.socket.localPort)) {
    throw new PosternError('host_not_allowed')
  }
  const isHead = request.method === 'HEAD'
  const route = served.find(({ method }) => method === (isHead ? 'GET' : request.method))
  if (request.method === 'OPTIONS' && served.some(({ cors }) => cors)) return preflight(reply, served)
  if (route === undefined) {
    const allow = served.map(({ method }) => method).join(', ')
    throw new PosternError('method_not_allowed', {
      message: `This address takes ${allow} only.`,
      headers: { allow },
    })
  }
  checkMediaType(request, route)
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return send(reply, await route.endpoint(readRequest(request, gone.signal, options)), route, options)
}

function readRequest(request: FastifyRequest, signal: AbortSignal, options: OAuthEdgeOptions): OAuthRequest {
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

function checkMediaType({ method, headers }: FastifyRequest, { consumes }: OAuthRoute): void {
  if (method !== 'POST' || consumes === undefined) return
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type === consumes) return
  throw new PosternError('unsupported_media_type', { message: `The request body must be ${consumes}.` })
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

function send(
  reply: FastifyReply,
  { status, headers, cookies = [], body }: OAuthAnswer,
  { cors }: Pick<OAuthRoute, 'cors'>,
  { isSecure, basePath, styleSource }: OAuthEdgeOptions,
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
      'content-security-policy': contentSecurityPolicy(styleSource),
    })
    .type('text/html; charset=utf-8')
    .send(body.html)
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}

function preflight(reply: FastifyReply, served: readonly OAuthRoute[]): FastifyReply {
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

function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  served: readonly OAuthRoute[],
  options: OAuthEdgeOptions,
): FastifyReply {
  const error = asPosternError(thrown)
  if (error.status >= 500) options.onFailure(thrown, request.id)
  const route = served.find(({ method }) => method === request.method) ?? served[0]
  const headers = {
    ...error.headers,
    // A body that nobody reads must not be taken for the next request.
    ...(request.raw.complete === false && { connection: 'close' }),
  }
  // Errors of the backend and of tools have no status of their own.
  const status = error.status === 200 ? 500 : error.status
  const body =
    route?.errors === 'page'
      ? { html: options.problemPage(error, request.id) }
      : { json: { error: wireCode(error), error_description: describe(error.message) } }
  return send(reply, { status, headers, body }, { cors: route?.cors ?? false }, options)
}

function asPosternError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PosternError('payload_too_large', { cause: thrown })
  if (code.startsWith('FST_ERR_CTP')) return oauthError('oauth_invalid_request', 'The body can’t be read.')
  return new PosternError('internal_error', { cause: thrown })
}

/** What RFC 6749 section 5.2 allows in a description. */
function describe(message: string): string {
  return message
    .replace(/[‘’"“”]/g, "'")
    .replace(/[–—]/g, '-')
    .replace(/…/g, '...')
    .replace(/[^\x20-\x7e]|\\/g, '?')
}
