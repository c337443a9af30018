/**
 * The HTTP server without any route of its own: its limits, and what it says where no route speaks. Every
 * answer has the one shape `{ "error": { "code", "message" } }` with a code of `errors.ts`; the MCP endpoint and
 * the pass-through, which have handlers of their own, answer in theirs.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify'
import { type ErrorCode, PosternError } from './errors.ts'
import type { Log } from './log.ts'

/** What {@link createHttpServer} needs. */
export interface HttpServerOptions {
  readonly log: Log
  /** Largest request body, in bytes. */
  readonly requestLimit: number
  readonly newRequestId: () => string
}

/** How long a client may take to send a request, in milliseconds. */
export const REQUEST_TIMEOUT = 30_000

/** Answers a request on Node's own objects. */
export type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Hands the POSTs to a path to a handler of its own before the router sees them; all else takes the usual way.
 * For paths on which every call runs: finding a route, hooks and a body parser cost more than deciding about it.
 */
export function answerDirectly(
  { server }: FastifyInstance,
  handlers: ReadonlyMap<string, AnswerRequest>,
): void {
  const usual = server.listeners('request') as AnswerRequest[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const handler = request.method === 'POST' ? handlers.get(request.url ?? '') : undefined
    if (handler === undefined) {
      for (const answer of usual) answer(request, response)
      return
    }
    // A server that is closing waits for its connections.
    if (!server.listening) response.shouldKeepAlive = false
    handler(request, response)
  })
}

/** Makes the server; routes are added by whoever calls. */
export function createHttpServer({ log, requestLimit, newRequestId }: HttpServerOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log
  const fastify = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger per request costs as much as the policy; what is logged names the request by its id.
    childLoggerFactory: logger => logger,
    bodyLimit: requestLimit,
    // Headers can lie about the peer; the one that is read, and only from proxies that are named, is in
    // mcp/client-address.ts.
    trustProxy: false,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    genReqId: newRequestId,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (_error, _request, reply) => {
      refuse(reply, new PosternError('invalid_request', { message: 'The address can’t be read.' }))
    },
  })
  // No body is read where no route asked for one.
  fastify.removeAllContentTypeParsers()
  fastify.setNotFoundHandler((_request, reply) => refuse(reply, new PosternError('not_found')))
  fastify.setErrorHandler((thrown, request, reply) => {
    const error = request.is404 ? new PosternError('not_found') : asPosternError(thrown)
    if (error.code === 'internal_error') log.error({ err: thrown, requestId: request.id }, 'unexpected error')
    return refuse(reply, error)
  })
  return fastify
}

function asPosternError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500
  if (status === 413) return new PosternError('payload_too_large', { cause: thrown })
  if (status === 415) return new PosternError('unsupported_media_type', { cause: thrown })
  return new PosternError(status === 400 ? 'invalid_request' : 'internal_error', { cause: thrown })
}

function refuse(reply: FastifyReply, error: PosternError): FastifyReply {
  // A body that nobody reads must not be taken for the next request.
  const { complete } = reply.request.raw
  return reply
    .code(error.status)
    .headers({ ...HARMLESS, ...(complete === false && { connection: 'close' }), ...error.headers })
    .type('application/json; charset=utf-8')
    .send(bodyOf(error))
}

const HARMLESS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

function bodyOf(error: PosternError): string {
  return JSON.stringify({ error: { code: error.code, message: error.message } })
}

/** What came over the connection is not HTTP, or not in time: there is no request to answer, only a socket. */
function refuseConnection(thrown: Error & { readonly code?: string }, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || socket.destroyed) return
  const error = new PosternError(CONNECTION_ERRORS[thrown.code ?? ''] ?? 'malformed_http')
  // After an earlier answer, or within one, more bytes could be taken for a part of it.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const body = bodyOf(error)
  const headers = { ...HARMLESS, 'content-type': 'application/json; charset=utf-8', connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${error.status} Refused\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n`
  socket.end(head + body, () => socket.destroy())
}

const CONNECTION_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}
