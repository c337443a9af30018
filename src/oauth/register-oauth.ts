/**
 * The edge of the authorization server: hands Fastify's requests to the routes, and their answers back, and turns
 * errors into what each address speaks, JSON for programs and pages for people. Nothing is decided here but what HTTP
 * itself asks for: the host, the media type, headers that come twice.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PosternError } from '../errors.ts'
import type { Access } from '../mcp/access.ts'
import { admitHost } from '../mcp/admit-host.ts'
import type { OAuthRoute } from './http.ts'
import { oauthError, wireCode, wireDescription } from './oauth-error.ts'
import { type ReadingOptions, readRequest } from './read-request.ts'
import { type SendingOptions, sendAnswer, sendPreflight } from './send-answer.ts'

/** What {@link registerOAuth} needs. */
export interface OAuthEdgeOptions extends ReadingOptions, SendingOptions {
  readonly routes: readonly OAuthRoute[]
  readonly access: Pick<Access, 'isHostAllowed'>
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
  admitHost(options.access, request.raw)
  const isHead = request.method === 'HEAD'
  const route = served.find(({ method }) => method === (isHead ? 'GET' : request.method))
  if (request.method === 'OPTIONS' && served.some(({ cors }) => cors)) return sendPreflight(reply, served)
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
  return sendAnswer(reply, await route.endpoint(readRequest(request, gone.signal, options)), route, options)
}

function checkMediaType({ method, headers }: FastifyRequest, { consumes }: OAuthRoute): void {
  if (method !== 'POST' || consumes === undefined) return
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type === consumes) return
  throw new PosternError('unsupported_media_type', { message: `The request body must be ${consumes}.` })
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
      : { json: { error: wireCode(error), error_description: wireDescription(error) } }
  return sendAnswer(reply, { status, headers, body }, { cors: route?.cors ?? false }, options)
}

function asPosternError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PosternError('payload_too_large', { cause: thrown })
  if (code.startsWith('FST_ERR_CTP')) return oauthError('oauth_invalid_request', 'The body can’t be read.')
  return new PosternError('internal_error', { cause: thrown })
}
