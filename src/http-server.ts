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
import { type ErrorNames, nameError } from './config/error-names.ts'
import type { TlsConfig } from './config/schema/tls.ts'
import { type ErrorCode, PosternError } from './errors.ts'
import type { Log } from './log.ts'
import { createTlsServer } from './tls-server.ts'

/** What {@link createHttpServer} needs. */
export interface HttpServerOptions {
  readonly log: Log
  /** Largest request body, in bytes. */
  readonly requestLimit: number
  readonly newRequestId: () => string
  /** Speaks HTTPS with these; default: plain HTTP. */
  readonly tls?: TlsConfig | undefined
  /** What the product calls errors, asked for each; default: as we do. */
  readonly errorNames?: () => ErrorNames | undefined
}

/** How long a client may take to send a request, in milliseconds. */
export const REQUEST_TIMEOUT = 30_000

/** How long a connection without a request is kept, in milliseconds. */
const KEEP_ALIVE = 72_000

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
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { log, requestLimit, newRequestId } = options
  const loggerInstance: FastifyBaseLogger = log
  const bodyOf = (error: PosternError) => {
    const { code, reason, message } = nameError(error, options.errorNames?.())
    return JSON.stringify({ error: { code, reason, message } })
  }
  const refuse = (reply: FastifyReply, error: PosternError) => sendError(reply, error, bodyOf(error))
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
    keepAliveTimeout: KEEP_ALIVE,
    ...overTls(options),
    return503OnClosing: false,
    genReqId: newRequestId,
    clientErrorHandler: (thrown, socket) => refuseConnection(thrown, socket, bodyOf),
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

/** A port of the name `localhost` is opened on the first of its addresses alone, so that one server has one certificate. */
function overTls({ tls, log }: HttpServerOptions): object | undefined {
  if (tls === undefined) return undefined
  const serverFactory = (handler: AnswerRequest) => {
    const server = createTlsServer(handler, tls, { log })
    return Object.assign(server, { keepAliveTimeout: KEEP_ALIVE, requestTimeout: REQUEST_TIMEOUT })
  }
  return { https: {}, serverFactory }
}

function asPosternError(thrown: unknown): PosternError {
  if (thrown instanceof PosternError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500
  if (status === 413) return new PosternError('payload_too_large', { cause: thrown })
  if (status === 415) return new PosternError('unsupported_media_type', { cause: thrown })
  return new PosternError(status === 400 ? 'invalid_request' : 'internal_error', { cause: thrown })
}

function sendError(reply: FastifyReply, error: PosternError, body: string): FastifyReply {
  // A body that nobody reads must not be taken for the next request.
  const { complete } = reply.request.raw
  return reply
    .code(error.status)
    .headers({ ...HARMLESS, ...(complete === false && { connection: 'close' }), ...error.headers })
    .type('application/json; charset=utf-8')
    .send(body)
}

const HARMLESS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** What came over the connection is not HTTP, or not in time: there is no request to answer, only a socket. */
function refuseConnection(
  thrown: Error & { readonly code?: string },
  socket: Socket,
  bodyOf: (error: PosternError) => string,
): void {
  if (thrown.code === 'ECONNRESET' || socket.destroyed) return
  const error =
    thrown.code === 'ERR_SSL_HTTP_REQUEST'
      ? new PosternError('malformed_http', { message: SPEAK_TLS })
      : new PosternError(CONNECTION_ERRORS[thrown.code ?? ''] ?? 'malformed_http')
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

const SPEAK_TLS =
  'This port speaks HTTPS. Write https:// in the client; a credential that was sent is better replaced.'

const CONNECTION_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}
