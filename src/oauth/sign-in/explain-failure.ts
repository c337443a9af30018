import type { SignInConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OpenFlow } from '../authorize/flows.ts'
import type { OAuthAnswer, OAuthRequest } from '../http.ts'
import { showSignIn } from './show-sign-in.ts'

/** A try to sign in that has thrown. */
export interface Failure {
  readonly way: SignInConfig
  readonly error: unknown
  /** Who they say they are, to be filled in again; undefined where they said nothing. */
  readonly claimed?: string | undefined
}

/**
 * Shows the sign-in page again with what went wrong, and puts it on record. Whom somebody claimed to be is not recorded:
 * nobody has verified it.
 *
 * @throws whatever was thrown, where it is not about signing in
 */
export async function explainFailure(
  open: OpenFlow,
  { way, error, claimed }: Failure,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  if (!(error instanceof PosternError) || !EXPLAINED.has(error.code)) throw error
  const { onEvent, onFailure } = rooms.surroundings
  const { requestId, from } = http
  const client = open.flow.request?.clientId
  onEvent({ type: 'sign_in_failed', requestId, client, code: error.code, from })
  if (error.status >= 500) onFailure(error, requestId)
  return showSignIn(open, http, rooms, { way: way.name, error, claimed })
}

const EXPLAINED: ReadonlySet<string> = new Set([
  'invalid_token',
  'too_many_attempts',
  'upstream_unavailable',
  'oauth_access_denied',
  'oauth_invalid_request',
  'oauth_sign_in_failed',
])
