import type { Grant } from '../grant.ts'
import type { OAuthRequest } from '../http.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** Tells that a code or refresh token came again which was spent, and that its connection was ended for it. */
export function sayReuse(
  { onEvent }: OAuthSurroundings,
  { requestId, from }: OAuthRequest,
  grant: Grant,
): void {
  const { id, client, subject, organization } = grant
  onEvent({ type: 'reuse_detected', requestId, client: client.id, subject, organization, grant: id, from })
}
