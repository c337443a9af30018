import { productTitle } from '../../config/titles.ts'
import { continueTo } from '../authorize/answers.ts'
import { withoutFlowCookie } from '../authorize/flow-cookies.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OpenFlow } from '../authorize/flows.ts'
import type { KnownClient } from '../authorize/known-client.ts'
import { redirectWithError } from '../authorize/redirect-with.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { OAuthAnswer, OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { redirectPlace } from '../redirects/redirect-place.ts'

/**
 * Ends a flow by the person's no, and tells the client (RFC 6749 section 4.1.2.1, `access_denied`).
 *
 * @param request - what the flow's client asked for
 * @throws PosternError `oauth_flow_ended`
 */
export async function deny(
  open: OpenFlow,
  request: AuthorizationRequest,
  { client, target }: KnownClient,
  http: OAuthRequest,
  { flows, surroundings }: FlowRooms,
): Promise<OAuthAnswer> {
  await flows.consume(open)
  surroundings.onEvent({
    type: 'denied',
    requestId: http.requestId,
    client: client.id,
    subject: open.flow.person?.subject,
    organization: open.flow.person?.organization,
    code: 'oauth_access_denied',
    from: http.from,
  })
  const href = redirectWithError(request, oauthError('oauth_access_denied'), surroundings.baseUrl())
  return continueTo(
    href,
    {
      product: productTitle(surroundings.config()),
      heading: 'Nothing was connected',
      text: `You said no, so ${client.name} got nothing. Your browser now goes back to ${redirectPlace(target)}. If it stays here, you can close this window.`,
      link: `Go back to ${client.name}`,
    },
    [withoutFlowCookie(open.id)],
  )
}
