import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, type Readable, Transform } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import { PosternError } from '../errors.ts'

/** One admitted request, ready for the backend. */
export interface OutgoingCall {
  readonly dispatcher: Dispatcher
  /** Path with the base path and the query, as bytes go on the wire. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: CancelSignal
  /** Largest body taken from the backend, in bytes. */
  readonly responseLimit: number
}

/** Headers for `reply.from` that carry the call itself along; a symbol is never written to the wire. */
export function callHeaders(call: OutgoingCall): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders & { [CALL]?: OutgoingCall } = { ...call.headers }
  headers[CALL] = call
  return headers
}

/**
 * What `@fastify/http-proxy` takes for its undici pool. It sends exactly what was admitted: the pool, the path and
 * the headers are the call's, so that nothing the proxy normalises on its way differs from what the policy saw,
 * and certificates are verified, which the proxy's own pool does not do.
 */
export const passthroughPool = {
  request(options: ProxyOptions, callback: ProxyCallback): void {
    const call = options.headers[CALL]
    if (call === undefined) {
      callback(new Error('the request was not admitted'))
      return
    }
    const { dispatcher, path, headers, responseLimit } = call
    // undici looks at no more of a signal than there is.
    const signal = call.signal as AbortSignal
    const body = options.body === '' ? null : options.body
    dispatcher
      .request({ path, method: options.method, headers, body, signal, headersTimeout: 0, bodyTimeout: 0 })
      .then(
        ({ statusCode, headers, body }) => {
          const length = Number(headers['content-length'] ?? Number.NaN)
          if (length > responseLimit && options.method !== 'HEAD') {
            body.on('error', () => {}).destroy()
            callback(new PosternError('upstream_too_large'))
            return
          }
          // A declared length is enforced by undici.
          callback(null, {
            statusCode,
            headers,
            body: Number.isNaN(length) ? limited(body, responseLimit) : body,
          })
        },
        (error: Error) => callback(error),
      )
  },
}

const CALL = Symbol('call')

interface ProxyOptions {
  readonly method: Dispatcher.HttpMethod
  readonly headers: { readonly [CALL]?: OutgoingCall }
  readonly body: Buffer | string | null | undefined
}

type ProxyCallback = (
  error: Error | null,
  response?: { statusCode: number; headers: IncomingHttpHeaders; body: Readable },
) => void

/** Cuts an answer of unknown length at the limit; the client sees a broken transfer, not a short one. */
function limited(body: Readable, limit: number): Readable {
  let size = 0
  const limiter = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length
      if (size > limit) done(new PosternError('upstream_too_large'))
      else done(null, chunk)
    },
  })
  return pipeline(body, limiter, () => {})
}
