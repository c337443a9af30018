import type { Grant } from '../grant.ts'
import { grantKey, readGrant } from '../grants/kept-grant.ts'
import type { OAuthRequest, OAuthRoute } from '../http.ts'
import { PATHS } from '../paths.ts'
import { required } from '../read-parameters.ts'
import type { TokenOptions } from './give-token.ts'
import { readAccessToken } from './read-access-token.ts'
import { readForm } from './read-form.ts'
import { readRefresh, refreshKey } from './refresh-record.ts'

/** Whose token it was that was revoked. */
interface Revoked {
  readonly subject: string
  readonly organization: string | undefined
  readonly grant: string | undefined
}

/**
 * The revocation endpoint (RFC 7009): an access token ends alone, a refresh token with the whole connection. All is
 * answered alike, also for tokens that are unknown, ended or another client's, of which nothing is revoked. Only where
 * that can't be found out or done it is an error, so that the client tries again. What kind of token the client takes it
 * for (`token_type_hint`) is not asked.
 */
export function createRevocationEndpoint(options: TokenOptions): OAuthRoute {
  const { surroundings, clients } = options
  return {
    method: 'POST',
    paths: [PATHS.revoke],
    errors: 'json',
    consumes: 'application/x-www-form-urlencoded',
    cors: true,
    async endpoint(request: OAuthRequest) {
      const form = readForm(request)
      const client = await clients.authenticate(request, form)
      const token = required(form, 'token')
      const revoked =
        (await revokeFamily(options, client.id, token)) ?? (await revokeAlone(options, client.id, token))
      if (revoked !== undefined) {
        const { requestId, from } = request
        surroundings.onEvent({ type: 'revoked', requestId, client: client.id, ...revoked, from })
      }
      return { status: 200 }
    },
  }
}

/** A refresh token, also one that was used before: whoever has it could have asked for more. */
async function revokeFamily(
  { surroundings: { store }, grants }: TokenOptions,
  client: string,
  token: string,
): Promise<Revoked | undefined> {
  const text = await store.getRecord(refreshKey(token))
  if (text === undefined) return undefined
  const { grant: id } = readRefresh(text)
  const kept = await store.getRecord(grantKey(id))
  const grant: Grant | undefined = kept === undefined ? undefined : readGrant(kept).grant
  if (grant?.client.id !== client || !(await grants.revoke(id))) return undefined
  return { subject: grant.subject, organization: grant.organization, grant: id }
}

async function revokeAlone(
  { surroundings }: TokenOptions,
  client: string,
  token: string,
): Promise<Revoked | undefined> {
  const { store, now } = surroundings
  const principal = await readAccessToken(surroundings, token)
  if (principal === undefined || principal.client !== client) return undefined
  const { subject, organization, credentialId, expiresAt, restsOn } = principal
  const at = now()
  if (!(await store.revokeToken(credentialId, at))) {
    // A machine's: there is no record of it.
    const until = expiresAt === undefined ? undefined : expiresAt + MARGIN
    await store.revoke({ kind: 'credential', value: credentialId, recheck: false, at, until, reason: REASON })
  }
  return { subject, organization, grant: restsOn.find(id => id.startsWith('gra_')) }
}

/** Clocks of nodes may differ, in milliseconds. */
const MARGIN = 86_400_000
const REASON = 'The client gave it back'
