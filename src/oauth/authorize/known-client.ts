import { matchRedirect } from '../../config/redirects/match-redirect.ts'
import type { OAuthClient } from '../client.ts'
import type { Clients } from '../clients/clients.ts'
import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { shownRedirect } from '../redirects/parse-redirect.ts'
import type { RedirectPolicy, RedirectTarget } from '../redirects/redirect-policy.ts'

/** A client and where its answers go, both known to be good: from here on a browser may be sent there. */
export interface KnownClient {
  readonly client: OAuthClient
  readonly target: RedirectTarget
}

/** What {@link knownClient} asks. */
export interface ClientRooms {
  readonly clients: Pick<Clients, 'find'>
  readonly redirects: RedirectPolicy
}

/**
 * The client of this id, if the redirect URI is one of its own and allowed here. Asked when it begins a flow, and again
 * before the flow is answered: it may have been disabled meanwhile.
 *
 * @throws PosternError `oauth_invalid_client`, `oauth_invalid_redirect_uri`, `oauth_unauthorized_client` and what
 *   `Clients.find` throws: none of it may be told by a redirect
 */
export async function knownClient(
  id: string,
  redirectUri: string,
  { clients, redirects }: ClientRooms,
  request: OAuthRequest,
): Promise<KnownClient> {
  const client = await clients.find(id, request.from, request.signal)
  if (!client.grantTypes.has('authorization_code') || client.origin === 'machine') {
    throw oauthError(
      'oauth_unauthorized_client',
      'This client is a machine’s and can’t be connected by people.',
    )
  }
  if (!client.redirectUris.some(registered => matchRedirect(registered, redirectUri))) {
    throw oauthError(
      'oauth_invalid_redirect_uri',
      `The redirect URI ${shownRedirect(redirectUri)} is none of those that this client is registered with. Connect again from your client; if that does not help, remove the connection there and add it anew.`,
    )
  }
  return { client, target: redirects.check(redirectUri) }
}
