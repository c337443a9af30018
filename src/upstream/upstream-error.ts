import { PosternError } from '../errors.ts'

/**
 * What an error of undici or of the socket means. The original, which names hosts and addresses, becomes the
 * private cause.
 *
 * @param wasSent - whether the request had been given to a connection; then it may have had an effect.
 */
export function upstreamError(error: Error, wasSent: boolean): { failure: PosternError; isReset: boolean } {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const details = { cause: error, detail: `${code}: ${error.message}` }
  const isReset = RESETS.has(code)
  if (CLOSING.has(code)) return { failure: new PosternError('shutting_down', details), isReset: false }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return { failure: new PosternError('internal_error', details), isReset: false }
  if (TIMEOUTS.has(code)) return { failure: new PosternError('upstream_timeout', details), isReset: false }
  if (code.startsWith('HPE_') || PROTOCOL.has(code)) {
    const message =
      'The API’s answer was not valid HTTP. The call may or may not have taken effect; check before repeating it.'
    return { failure: new PosternError('upstream_unreachable', { ...details, message }), isReset: false }
  }
  const message =
    'The connection to the API broke before it answered. The call may or may not have taken effect; check before repeating it.'
  const failure = new PosternError('upstream_unreachable', wasSent ? { ...details, message } : details)
  return { failure, isReset }
}

const RESETS: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'])
const CLOSING: ReadonlySet<string> = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'])
const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
const PROTOCOL: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
])
