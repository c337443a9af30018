import type { Readable } from 'node:stream'
import httpProxy from '@fastify/http-proxy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { doubtRefused } from '../auth/doubt-refused.ts'
import { PosternError } from '../errors.ts'
import { inTurns } from '../in-turns.ts'
import { admitPassthrough } from './admit-passthrough.ts'
import { checkPassthroughBody } from './check-passthrough-body.ts'
import { PassthroughCall, type PassthroughOptions } from './passthrough-call.ts'
import { passthroughError, sendPassthroughError } from './passthrough-error.ts'
import { gatewayLocation, responseHeaders } from './passthrough-headers.ts'
import { callHeaders, passthroughPool } from './passthrough-pool.ts'

/**
 * Serves the plain REST API below `options.path`, through `@fastify/http-proxy`, under the same credentials and
 * policy as the tools. Each request is admitted before its body is read: caller, operation, policy, bound
 * parameters. What is sent is what was admitted, byte for byte in path and (but for bound parameters) query.
 *
 * Bodies are not validated against the operation's schema, redirects are handed back and nothing is retried:
 * the client is a program that knows the API.
 */
export function registerPassthrough(fastify: FastifyInstance, options: PassthroughOptions): void {
  fastify.register(async scope => {
    scope.decorateRequest(CALL, undefined)
    const callOf = (request: FastifyRequest): PassthroughCall => {
      const call = request[CALL]
      if (call === undefined)
        throw new PosternError('internal_error', { detail: 'the request was not admitted' })
      return call
    }
    // Bodies go through as bytes, whatever their type.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: options.requestLimit }, takeBody)
    scope.setErrorHandler((error, request, reply) => {
      sendPassthroughError(passthroughError(error), request[CALL], options, reply)
    })
    const admitInTurn = inTurns<Arrived>(({ call, done }) => {
      admitPassthrough(call, options).then(() => done(), done)
    })
    scope.addHook('onRequest', (request, reply, done) => {
      const call = new PassthroughCall(request, options.clientAddress)
      request[CALL] = call
      reply.raw.once('close', () => {
        call.end(reply.raw.writableFinished)
        options.onCall(call.record())
      })
      admitInTurn({ call, done })
    })
    await scope.register(httpProxy, {
      prefix: options.path,
      // Only the proxy's own address arithmetic sees this; the pool below knows the backend.
      upstream: UNREACHABLE,
      undici: passthroughPool,
      disableRequestLogging: true,
      proxyPayloads: false,
      websocket: false,
      internalRewriteLocationHeader: false,
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        proxy(callOf(request), request, reply, options),
    } as Parameters<typeof httpProxy>[1])
  })
}

/** A request that waits to be admitted. */
interface Arrived {
  readonly call: PassthroughCall
  readonly done: (error?: Error) => void
}

const CALL = Symbol('pass-through call')

declare module 'fastify' {
  interface FastifyRequest {
    [CALL]?: PassthroughCall | undefined
  }
}

const UNREACHABLE = 'http://passthrough.invalid'

function takeBody(_: FastifyRequest, body: string | Buffer, done: (error: null, body: Buffer) => void): void {
  done(null, Buffer.isBuffer(body) ? body : Buffer.from(body))
}

function proxy(
  call: PassthroughCall,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PassthroughOptions,
) {
  const { admitted } = call
  if (admitted === undefined)
    throw new PosternError('internal_error', { detail: 'the request was not admitted' })
  const contentType = request.headers['content-type']
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined
  if (body !== undefined) {
    const contentEncoding = request.headers['content-encoding']
    checkPassthroughBody(admitted.tool, request.method, { contentType, contentEncoding, body })
  }
  const { baseUrl } = admitted
  const prefix = options.path === '/' ? '' : options.path
  const headers = callHeaders(call.outgoing(admitted, body !== undefined))
  const hasMethodWithBody = request.method !== 'GET' && request.method !== 'HEAD'
  return reply.from('/', {
    ...(hasMethodWithBody
      ? { body: body ?? null, contentType: contentType ?? 'application/octet-stream' }
      : {}),
    queryString: () => '',
    retryDelay: () => null,
    rewriteRequestHeaders: () => headers,
    rewriteHeaders: received => {
      const asked = admitted.path + (admitted.query === '' ? '' : `?${admitted.query}`)
      const kept = responseHeaders(received, admitted.credentials, location =>
        gatewayLocation(location, baseUrl, asked, prefix),
      )
      return call.limitHeaders === undefined ? kept : { ...kept, ...call.limitHeaders }
    },
    onResponse: (_request, reply, response) => {
      call.upstreamStatus = reply.statusCode
      if (call.caller !== undefined) doubtRefused(call.caller, admitted.credentials.headers, reply.statusCode)
      // The typings say a raw response; it is the object that the pool handed over.
      const { stream } = response as unknown as { readonly stream: Readable }
      // By then there is nothing to be said to the client, whose transfer breaks, but something to the audit.
      stream.on('error', error => {
        call.failure ??= passthroughError(error)
      })
      reply.send(stream)
    },
    onError: (reply, { error }) => reply.send(error),
  })
}
