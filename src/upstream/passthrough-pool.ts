import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { PosternError } from '../errors.ts'
import { type ReasonedSignal, reasonOf, StreamedExchange, type TellAnswer } from './streamed-exchange.ts'

/** One admitted request, ready for the backend. */
export interface OutgoingCall {
  readonly dispatcher: Dispatcher
  /** Path with the base path and the query, as bytes go on the wire. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: ReasonedSignal
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
  request(options: ProxyOptions, callback: TellAnswer): void {
    const call = options.headers[CALL]
    if (call === undefined) {
      callback(new Error('the request was not admitted'))
      return
    }
    const { dispatcher, path, headers, signal, responseLimit } = call
    const tell: TellAnswer = (error, answer) => {
      // Of a client that has left, the proxy would write a warning, and an answer that nobody gets.
      if (!(error instanceof PosternError && error.code === 'cancelled')) callback(error, answer)
    }
    if (signal.aborted) {
      tell(reasonOf(signal))
      return
    }
    const { method } = options
    const body = options.body === '' ? null : options.body
    dispatcher.dispatch(
      { path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
      new StreamedExchange({ signal, limit: responseLimit, isHead: method === 'HEAD' }, tell),
    )
  },
}

const CALL = Symbol('call')

interface ProxyOptions {
  readonly method: Dispatcher.HttpMethod
  readonly headers: { readonly [CALL]?: OutgoingCall }
  readonly body: Buffer | string | null | undefined
}
