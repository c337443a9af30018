import { type ErrorCode, PosternError } from '../errors.ts'

/** Codes of `errors.ts` that are OAuth's own. */
export type OAuthErrorCode = Extract<ErrorCode, `oauth_${string}`>

/** What may be told besides the code. */
export interface OAuthErrorDetails {
  /** Private reason, for the log only. */
  readonly detail?: string
  /** Response headers, for example `WWW-Authenticate` of `oauth_invalid_client`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/**
 * An error of the authorization server. Its public message becomes `error_description`: printable ASCII without `"` and
 * `\` once it is written there (RFC 6749 section 5.2).
 *
 * @param message - what happened and what to do, in words; default: that of the code
 */
export function oauthError(
  code: OAuthErrorCode,
  message?: string,
  details: OAuthErrorDetails = {},
): PosternError {
  return new PosternError(code, { ...details, ...(message !== undefined && { message }) })
}

/** What goes over the wire as `error`: RFC 6749 sections 4.1.2.1 and 5.2, RFC 7591 section 3.2.2, RFC 8707 section 2. */
export function wireCode(error: PosternError): string {
  if (error.code.startsWith('oauth_')) return WIRE_NAMES[error.code] ?? error.code.slice('oauth_'.length)
  if (error.status === 503) return 'temporarily_unavailable'
  return error.status >= 500 ? 'server_error' : 'invalid_request'
}

/** What goes over the wire as `error_description`: the public message in the characters that these sections allow. */
export function wireDescription({ message }: PosternError): string {
  return message
    .replace(/[‘’"“”]/g, "'")
    .replace(/[–—]/g, '-')
    .replace(/…/g, '...')
    .replace(/[^\x20-\x7e]|\\/g, '?')
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  oauth_flow_ended: 'invalid_request',
  oauth_sign_in_failed: 'access_denied',
}
