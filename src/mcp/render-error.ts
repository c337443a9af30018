import { type ErrorNames, nameError } from '../config/error-names.ts'
import { PosternError } from '../errors.ts'
import type { MessageId } from './json-rpc.ts'
import { MODERN_VERSION, type ProtocolVersion } from './versions.ts'

/**
 * A JSON-RPC error response. Without `id` for what could not be read or is no request.
 *
 * @param names - what the product calls errors
 */
export function renderError(error: PosternError, id?: MessageId, names?: ErrorNames): string {
  const { message, ...codes } = nameError(error, names)
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code: error.rpcCode, message, data: { ...error.data, ...codes } },
  })
}

/**
 * HTTP status of an error about a request. The modern era maps protocol errors to statuses; before it, an
 * answer to a well-formed request was 200 whatever it said, and clients of that time only read the body then.
 * What concerns the credential or the policy keeps its status in both eras.
 */
export function errorStatus(error: PosternError, version: ProtocolVersion | undefined): number {
  const isAnswer = error.code === 'invalid_params' || error.code === 'method_not_found'
  return isAnswer && version !== undefined && version !== MODERN_VERSION ? 200 : error.status
}

/**
 * The PosternError that stands for anything that was thrown. What was not thrown on purpose is handed to
 * `onUnexpected` and leaves as `internal_error`, which says nothing but where to look in the log.
 */
export function asPosternError(
  thrown: unknown,
  requestId: string,
  onUnexpected: (error: unknown, requestId: string) => void,
): PosternError {
  if (thrown instanceof PosternError) return thrown
  onUnexpected(thrown, requestId)
  return new PosternError('internal_error', { data: { requestId }, cause: thrown })
}
