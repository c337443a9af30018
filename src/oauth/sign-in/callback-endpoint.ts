import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OAuthEndpoint } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import { readParameters } from '../read-parameters.ts'
import { callbackPath } from './callback-path.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { explainFailure } from './explain-failure.ts'
import { flowOfState, isStateOf } from './oidc.ts'

/**
 * Takes people back from an identity provider. Only in the browser that was sent there (its cookie of the flow), only
 * with the `state` of that trip, at the address of that provider, and only once: the trip is used up before anything is
 * made of the answer, be it a code or an error.
 */
export function createCallback(rooms: FlowRooms): OAuthEndpoint {
  return async http => {
    const state = readParameters(http.query).get('state')
    const open = await rooms.flows.open(flowOfState(state), http)
    const { attempt } = open.flow
    const { signIn } = rooms.surroundings.oauth()
    if (attempt === undefined || !isStateOf(state, open, attempt)) {
      throw oauthError('oauth_flow_ended', undefined, { detail: 'the state is of no trip that is under way' })
    }
    const signedOff = await rooms.flows.change(open, flow =>
      flow.attempt?.id === attempt.id ? { ...flow, attempt: undefined } : undefined,
    )
    const way = signIn.find(({ name }) => name === attempt.way)
    if (way?.type !== 'oidc') {
      throw oauthError('oauth_flow_ended', undefined, { detail: 'the way of signing in is gone' })
    }
    if (http.path !== callbackPath(way.name, signIn)) {
      throw oauthError('oauth_flow_ended', undefined, {
        detail: 'the answer came to the address of another provider',
      })
    }
    let person: Person
    try {
      person = await rooms.oidc.finish(way, open, attempt, http.query)
    } catch (error) {
      return explainFailure(signedOff, { way, error }, http, rooms)
    }
    return completeSignIn(signedOff, person, http, rooms)
  }
}
