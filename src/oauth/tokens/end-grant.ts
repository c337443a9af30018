import type { Grant } from '../grant.ts'
import type { OAuthRequest } from '../http.ts'
import type { TokenOptions } from './give-token.ts'

/**
 * Ends a connection for what has just come to light of it, and tells the audit why.
 *
 * @param why - `reuse_detected`: a code or refresh token came again which was spent; `revoked`: the product says that its
 *   person no longer is who they were
 * @throws PosternError `store_unavailable`
 */
export async function endGrant(
  { grants, surroundings }: TokenOptions,
  why: 'reuse_detected' | 'revoked',
  { id, client, subject, organization }: Grant,
  { requestId, from }: OAuthRequest,
): Promise<void> {
  await grants.revoke(id)
  surroundings.onEvent({ type: why, requestId, client: client.id, subject, organization, grant: id, from })
}
