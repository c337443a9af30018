import type { ErrorCode, PosternError } from '../../errors.ts'
import { messagePage } from './message-page.ts'

/**
 * The page for an error that people see: what happened as a heading, and the error’s public words.
 *
 * @param product - title of the gateway
 */
export function problemPage(product: string, error: PosternError, requestId: string): string {
  return messagePage({
    product,
    kind: 'error',
    heading: HEADINGS[error.code] ?? (error.status >= 500 ? OURS : 'This did not work'),
    paragraphs: [error.message, ...(OF_CLIENTS.has(error.code) ? [CLIENT] : [])],
    requestId,
  })
}

const OURS = 'Something is wrong here, not with you'

const HEADINGS: Partial<Record<ErrorCode, string>> = {
  oauth_invalid_client: 'This app is not known here',
  oauth_invalid_client_metadata: 'This app does not say properly who it is',
  oauth_invalid_redirect_uri: 'This app may not send you where it wants to',
  oauth_invalid_request: 'This app asked in a way that can’t be answered',
  oauth_invalid_target: 'This app asked for another server',
  oauth_invalid_scope: 'This app asked for nothing that it can get',
  oauth_unauthorized_client: 'This app may not connect in this way',
  oauth_flow_ended: 'This page has expired',
  oauth_sign_in_failed: 'You are not signed in',
  oauth_access_denied: 'This was not allowed',
  too_many_attempts: 'Too many attempts',
  rate_limited: 'Too many at once',
  not_found: 'There is nothing here',
  store_unavailable: 'This is not possible right now',
  upstream_unavailable: 'This is not possible right now',
}

/** What whoever is reading can't mend, as it is the client that asked. */
const OF_CLIENTS: ReadonlySet<ErrorCode> = new Set([
  'oauth_invalid_client',
  'oauth_invalid_client_metadata',
  'oauth_invalid_redirect_uri',
  'oauth_invalid_request',
  'oauth_invalid_target',
  'oauth_invalid_scope',
  'oauth_unauthorized_client',
])

const CLIENT =
  'Nothing was connected, and nothing was sent to the app. If you did not start this yourself, close this window.'
