import type { FlowRooms } from '../authorize/flow-rooms.ts'
import { flowPlace, type OpenFlow } from '../authorize/flows.ts'
import { type KnownClient, knownClient } from '../authorize/known-client.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import type { Person } from '../person.ts'
import { openPerson } from '../sign-in/kept-person.ts'
import { type ConsentMatter, consentMatter } from './consent-matter.ts'

/** All that a consent page is about, checked anew for each request. */
export interface Scene {
  readonly open: OpenFlow
  readonly request: AuthorizationRequest
  readonly known: KnownClient
  readonly person: Person
  readonly matter: ConsentMatter
  /** The store's count before it was asked whether the person may go on. */
  readonly asOf: number
}

/**
 * What a flow's consent page is about now; undefined where the person has to sign in first, or again.
 *
 * @throws PosternError `oauth_flow_ended`, and as `knownClient`
 */
export async function prepareScene(
  open: OpenFlow,
  http: OAuthRequest,
  rooms: FlowRooms,
): Promise<Scene | undefined> {
  const { request, person: kept } = open.flow
  if (request === undefined)
    throw oauthError('oauth_flow_ended', undefined, { detail: 'the flow has no client' })
  if (kept === undefined) return undefined
  const known = await knownClient(request.clientId, request.redirectUri, rooms, http)
  const person = openPerson(kept, open.secret, flowPlace(open.id))
  const { store } = rooms.surroundings
  await store.fresh()
  const asOf = store.revocations.sequence
  if (!(await rooms.mayGoOn(person, kept.signedInAt, http))) {
    await rooms.flows.change(open, flow => ({ ...flow, person: undefined }))
    return undefined
  }
  const matter = consentMatter(request, known.client, person, rooms.surroundings)
  return { open, request, known, person, matter, asOf }
}
