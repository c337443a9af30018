import { productTitle } from '../../config/titles.ts'
import { describeScope } from '../../console/pages/describe-scope.ts'
import { messagePage } from '../../console/pages/message-page.ts'
import { withoutFlowCookie } from '../authorize/flow-cookies.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import { redirectWithError } from '../authorize/redirect-with.ts'
import type { OAuthAnswer, OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import type { Scene } from './scene.ts'

/**
 * Says to a person that they can give nothing of what a client asks for. It ends the flow, and the session too, so that
 * starting again lets them sign in as somebody else; a link tells the client.
 *
 * @throws PosternError `oauth_flow_ended`
 */
export async function nothingToGive(
  scene: Scene,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<OAuthAnswer> {
  const { open, request, known, person, matter } = scene
  const { surroundings, flows, sessions } = rooms
  const config = surroundings.config()
  const { scopes: declared, scopeHierarchy: hierarchy } = config
  await flows.consume(open)
  const asked = matter.grantable.withheld.map(
    scope => `“${describeScope(scope, { declared, hierarchy }).words}”`,
  )
  const error = oauthError('oauth_access_denied', 'The user has none of the rights that were asked for.')
  return {
    status: 403,
    cookies: [...(await sessions.leave(http)), withoutFlowCookie(open.id)],
    body: {
      html: messagePage({
        product: productTitle(config),
        kind: 'error',
        heading: 'You can’t allow this',
        paragraphs: [
          `${known.client.name} asks for rights that ${person.display} does not have: ${asked.join(', ')}.`,
          'Ask your administrator for them, or start again from your client and sign in as somebody else.',
        ],
        requestId: undefined,
        link: {
          href: redirectWithError(request, error, surroundings.baseUrl()),
          text: `Go back to ${known.client.name}`,
        },
      }),
    },
  }
}
