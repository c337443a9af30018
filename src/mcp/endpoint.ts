import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PosternError } from '../errors.ts'
import { corsHeaders, preflightHeaders, type ResponseHeaders } from './cors.ts'
import type { HttpDoor } from './door.ts'
import { HttpMessages } from './http-messages.ts'
import { checkMediaTypes } from './media-types.ts'
import { renderError } from './render-error.ts'
import { writeAnswer, writeEmpty } from './write-answer.ts'

/** What a test may set otherwise. */
export interface EndpointOptions {
  /** Time between two signs of life on an event stream, in milliseconds. */
  readonly keepAlive?: number
}

/**
 * Opens a door at its path: Streamable HTTP without sessions (MCP 2026-07-28 and 2025-* basic/transports), both
 * eras on one endpoint. Takes POST only; the checks run in this order, and each refusal has a JSON body that
 * names the error code: Host, Origin → method → media types, size → credential → message.
 *
 * Answers are written to the raw response, past Fastify's serialisation; its `onResponse` hooks run all the
 * same.
 */
export function registerMcpEndpoint(
  app: FastifyInstance,
  door: HttpDoor,
  options: EndpointOptions = {},
): void {
  app.register((scope, _options, done) => {
    const messages = new HttpMessages(door, options.keepAlive ?? 25_000)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body)
    })
    scope.addHook('onRequest', (request, reply, next) => {
      if (admit(request, reply, door)) next()
    })
    scope.addHook('preClose', closed => {
      messages.close()
      closed()
    })
    scope.setErrorHandler((error, request, reply) => refuseBody(error, request, reply, door))
    scope.post(door.server.path, { bodyLimit: door.requestLimit }, (request, reply) => {
      reply.hijack()
      return messages.answer(request, reply.raw)
    })
    scope.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'],
      url: door.server.path,
      exposeHeadRoute: false,
      handler: () => {
        throw new PosternError('method_not_allowed')
      },
    })
    done()
  })
}

/** Everything that can be judged without the body. Returns false when it has answered. */
function admit(request: FastifyRequest, reply: FastifyReply, door: HttpDoor): boolean {
  const { headers } = request
  if (!door.access.isHostAllowed(headers.host, request.socket.localPort)) {
    return turnAway('host_not_allowed', request, reply, door)
  }
  if (!door.access.isOriginAllowed(headers.origin)) {
    return turnAway('origin_not_allowed', request, reply, door)
  }
  if (request.method === 'OPTIONS' && headers.origin !== undefined) {
    reply.hijack()
    writeEmpty(reply.raw, 204, preflightHeaders(headers.origin, headers))
    return false
  }
  const cors = corsHeaders(headers.origin)
  if (request.method !== 'POST') {
    return refuse(new PosternError('method_not_allowed'), reply, { allow: 'POST', ...cors })
  }
  try {
    checkMediaTypes(headers)
    return true
  } catch (thrown) {
    if (thrown instanceof PosternError) return refuse(thrown, reply, cors)
    throw thrown
  }
}

/** A Host or Origin that is not taken: the audit is told, and a page learns nothing that it could read. */
function turnAway(
  code: 'host_not_allowed' | 'origin_not_allowed',
  request: FastifyRequest,
  reply: FastifyReply,
  door: HttpDoor,
): false {
  const error = new PosternError(code)
  door.onRefused({
    error,
    stage: 'access',
    requestId: request.id,
    path: door.server.path,
    remoteAddress: request.ip,
  })
  return refuse(error, reply)
}

function refuse(error: PosternError, reply: FastifyReply, headers?: ResponseHeaders): false {
  reply.hijack()
  writeAnswer(reply.raw, error.status, renderError(error), { ...error.headers, ...headers })
  return false
}

/** Fastify could not read the body: too large, cut off, of a type that slipped past the check. */
function refuseBody(thrown: unknown, request: FastifyRequest, reply: FastifyReply, door: HttpDoor): void {
  const error = bodyError(thrown)
  if (error.code === 'internal_error') door.onUnexpected(thrown, request.id)
  const headers = corsHeaders(request.headers.origin)
  reply.hijack()
  writeAnswer(reply.raw, error.status, renderError(error), {
    ...(!request.raw.complete && { connection: 'close' }),
    ...headers,
  })
}

function bodyError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500
  if (status === 413) return new PosternError('payload_too_large', { cause: thrown })
  if (status === 415) return new PosternError('unsupported_media_type', { cause: thrown })
  return new PosternError(status === 400 ? 'parse_error' : 'internal_error', { cause: thrown })
}
