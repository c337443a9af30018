import { redirectTo } from '../authorize/answers.ts'
import { FLOW_LIFETIME } from '../authorize/flow.ts'
import { flowCookie, withoutFlowCookie } from '../authorize/flow-cookies.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import { flowPlace, type OpenFlow } from '../authorize/flows.ts'
import type { OAuthAnswer, OAuthRequest } from '../http.ts'
import { consentPath, PATHS } from '../paths.ts'
import type { Person } from '../person.ts'
import { keepPerson } from './kept-person.ts'

/**
 * Goes on with somebody who has just signed in: to the consent page, or to their own connections. The browser stays
 * signed in under a new cookie; the flow waits for them once more.
 *
 * @throws PosternError `oauth_flow_ended`, `store_unavailable`
 */
export async function completeSignIn(
  open: OpenFlow,
  person: Person,
  http: OAuthRequest,
  { flows, sessions, surroundings }: FlowRooms,
): Promise<OAuthAnswer> {
  const { id, secret, flow } = open
  const at = surroundings.now()
  if (flow.request === undefined) await flows.consume(open)
  else {
    const kept = keepPerson(person, at, secret, flowPlace(id))
    await flows.change(open, now => ({
      ...now,
      person: kept,
      attempt: undefined,
      endsAt: at + FLOW_LIFETIME,
    }))
  }
  const cookies = await sessions.begin(person, http)
  surroundings.onEvent({
    type: 'signed_in',
    requestId: http.requestId,
    client: flow.request?.clientId,
    subject: person.subject,
    organization: person.organization,
    from: http.from,
  })
  if (flow.request === undefined) return redirectTo(PATHS.connections, [...cookies, withoutFlowCookie(id)])
  const longer = flowCookie(id, secret, at, FLOW_LIFETIME)
  return redirectTo(consentPath(id), [...cookies, longer])
}
