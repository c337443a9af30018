import type { FlowRooms } from '../authorize/flow-rooms.ts'
import { redirectWithCode } from '../authorize/redirect-with.ts'
import type { OAuthClient } from '../client.ts'
import type { AuthorizationRequest } from '../grant.ts'
import type { OAuthRequest } from '../http.ts'
import type { Person } from '../person.ts'

/** What was approved, by whom. */
export interface Approval {
  readonly client: OAuthClient
  readonly request: AuthorizationRequest
  readonly person: Person
  /** At least one, all grantable. */
  readonly scopes: readonly string[]
  /** See `Approved`. */
  readonly asOf: number
  /** Whether the person was asked just now; else an earlier approval of theirs counts. */
  readonly isAsked: boolean
}

/**
 * Gives a code for an approval, and answers the address that the browser goes to with it. Whatever could be used up for
 * it has been used up before.
 *
 * @throws PosternError `store_unavailable`
 */
export async function approve(approval: Approval, http: OAuthRequest, rooms: FlowRooms): Promise<string> {
  const { surroundings, clients, grants, remembered } = rooms
  const { client, request, person, scopes, isAsked } = approval
  await clients.noteUsed(client)
  const { code, grant } = await grants.issueCode(approval)
  await (isAsked ? remembered.keep(approval, scopes, grant.id) : remembered.add(approval, grant.id))
  surroundings.onEvent({
    type: 'approved',
    requestId: http.requestId,
    client: client.id,
    subject: person.subject,
    organization: person.organization,
    grant: grant.id,
    scopes,
    from: http.from,
  })
  return redirectWithCode(request, code, surroundings.baseUrl())
}
