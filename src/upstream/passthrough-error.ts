import type { FastifyReply } from 'fastify'
import { nameError } from '../config/error-names.ts'
import { PosternError } from '../errors.ts'
import type { PassthroughCall, PassthroughOptions } from './passthrough-call.ts'
import { upstreamError } from './upstream-error.ts'

/** Any error of the pass-through as one of ours: Fastify's about the body, undici's, the proxy's around it. */
export function passthroughError(error: unknown): PosternError {
  if (error instanceof PosternError) return error
  if (!(error instanceof Error)) return new PosternError('internal_error', { cause: error })
  if (error.cause instanceof Error) return passthroughError(error.cause)
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PosternError('payload_too_large', { cause: error })
  if (code.startsWith('FST_ERR_CTP')) {
    return new PosternError('invalid_request', { message: 'The request’s body can’t be read.', cause: error })
  }
  if (code.startsWith('FST_')) return new PosternError('internal_error', { cause: error })
  return upstreamError(error, !NOT_CONNECTED.test(code)).failure
}

/**
 * Sends an error as `{ "error": { "code", "message" } }`, with `reason` where `code` is the product's. Codes that tool calls report inside a result get the
 * HTTP status that they stand for.
 */
export function sendPassthroughError(
  error: PosternError,
  call: PassthroughCall | undefined,
  { challenge, inForce, errorNames }: PassthroughOptions,
  reply: FastifyReply,
): void {
  const named = nameError(error, inForce === undefined ? errorNames : inForce().errorNames)
  if (call !== undefined) {
    call.failure ??= error
    if (named.reason !== undefined) call.shownCode = named.code
  }
  for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name)
  reply
    .code(httpStatus(error))
    .headers({ 'cache-control': 'no-store', ...challenge(error), ...error.headers })
    .send({ error: named })
}

const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

function httpStatus({ status, rpcCode }: PosternError): number {
  if (status !== 200) return status
  return rpcCode >= 400 && rpcCode < 600 ? rpcCode : 400
}
