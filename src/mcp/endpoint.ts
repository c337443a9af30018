import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { PosternError } from '../errors.ts'
import { inTurns } from '../in-turns.ts'
import { answerProbe } from './answer-probe.ts'
import { corsHeaders, preflightHeaders, type ResponseHeaders } from './cors.ts'
import type { HttpDoor, Refusal } from './door.ts'
import { HttpMessages } from './http-messages.ts'
import { checkMediaTypes } from './media-types.ts'
import { Post } from './post.ts'
import { readBody } from './read-body.ts'
import { renderError } from './render-error.ts'
import { createRequestIds } from './request-ids.ts'
import { writeAnswer, writeEmpty } from './write-answer.ts'

/** A POST all of whose body is there. */
interface Received {
  readonly post: Post
  readonly body: Buffer
}

/** What may differ from endpoint to endpoint. */
export interface EndpointOptions {
  /** Ids for log and audit; default: a source of its own. */
  readonly newRequestId?: () => string
  /** Time between two signs of life on an event stream, in milliseconds. */
  readonly keepAlive?: number
}

/**
 * Opens a door at its path: Streamable HTTP without sessions (MCP 2026-07-28 and 2025-* basic/transports), both
 * eras on one endpoint. Takes POST only; the checks run in this order, and each refusal has a JSON body that
 * names the error code: Host, Origin → method → media types, size → credential → message.
 *
 * Everything is read from and written to Node's own request and response: a router, hooks and a body parser cost
 * more than the authentication, the policy and the audit together. The route is registered with Fastify all the
 * same, so that no other can take its path; what is returned is the handler behind it.
 */
export function registerMcpEndpoint(
  app: FastifyInstance,
  door: HttpDoor,
  options: EndpointOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const { newRequestId = createRequestIds() } = options
  const messages = new HttpMessages(door, options.keepAlive ?? 25_000)
  const answerInTurn = inTurns<Received>(({ post, body }) => void messages.answer(post, body))
  const answer = (raw: IncomingMessage, response: ServerResponse): void => {
    const post = new Post(raw, response, newRequestId(), door.clientAddress)
    if (!admit(post, door)) return
    readBody(raw, door.requestLimit, (error, body) => {
      if (error === undefined) answerInTurn({ post, body })
      else refuseBody(error, post, door)
    })
  }
  app.register((scope, _options, done) => {
    scope.addHook('onRequest', (request, reply) => {
      reply.hijack()
      answer(request.raw, reply.raw)
    })
    scope.addHook('preClose', closed => {
      messages.close()
      closed()
    })
    scope.route({
      method: ['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'],
      url: door.server.path,
      exposeHeadRoute: false,
      handler: () => {
        throw new Error('the hook has answered')
      },
    })
    done()
  })
  return answer
}

/** Everything that can be judged without the body. Returns false when it has answered. */
function admit(post: Post, door: HttpDoor): boolean {
  const { raw, headers, response } = post
  if (!door.access.isHostAllowed(headers.host, raw.socket.localPort)) {
    return turnAway('host_not_allowed', post, door)
  }
  const { origin } = headers
  if (!door.access.isOriginAllowed(origin)) return turnAway('origin_not_allowed', post, door)
  if (raw.method === 'POST') {
    try {
      checkMediaTypes(headers)
      return true
    } catch (thrown) {
      if (thrown instanceof PosternError) return refuseRequest(thrown, post, door, corsHeaders(origin))
      throw thrown
    }
  }
  if (raw.method === 'OPTIONS' && origin !== undefined) {
    writeEmpty(response, 204, preflightHeaders(origin, headers))
    return false
  }
  void answerProbe(post, door)
  return false
}

/** A Host or Origin that is not taken: the audit is told, and a page learns nothing that it could read. */
function turnAway(code: 'host_not_allowed' | 'origin_not_allowed', post: Post, door: HttpDoor): false {
  const error = new PosternError(code)
  tell(error, 'access', post, door)
  return refuse(error, post, door)
}

/** A media type or a size that is not taken: told to the audit, since nobody knows yet who it was. */
function refuseRequest(error: PosternError, post: Post, door: HttpDoor, headers?: ResponseHeaders): false {
  tell(error, 'request', post, door)
  return refuse(error, post, door, headers)
}

function tell(error: PosternError, stage: Refusal['stage'], post: Post, door: HttpDoor): void {
  const { id: requestId, remoteAddress } = post
  door.onRefused({ error, stage, requestId, path: door.server.path, remoteAddress })
}

/** A body that is not read must not be taken for the next request: Node drops it, or the connection ends. */
function refuse(
  error: PosternError,
  { response }: Post,
  { errorNames }: HttpDoor,
  headers?: ResponseHeaders,
): false {
  const text = renderError(error, undefined, errorNames)
  writeAnswer(response, error.status, text, { ...error.headers, ...headers })
  return false
}

/** The body could not be read: too large, cut off. */
function refuseBody(error: PosternError, post: Post, door: HttpDoor): void {
  const { raw, response, headers } = post
  if (error.code !== 'cancelled') tell(error, 'request', post, door)
  writeAnswer(response, error.status, renderError(error, undefined, door.errorNames), {
    ...(!raw.complete && { connection: 'close' }),
    ...corsHeaders(headers.origin),
  })
}
