import { readJwt } from '../../auth/jwt/read-jwt.ts'
import type { Principal } from '../../auth/principal.ts'
import type { OAuthClient } from '../client.ts'
import type { OAuthRoute } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { PATHS } from '../paths.ts'
import { required } from '../read-parameters.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { TokenOptions } from './give-token.ts'
import { readAccessToken } from './read-access-token.ts'
import { readForm } from './read-form.ts'

/**
 * The introspection endpoint (RFC 7662): tells clients that have proved who they are about access tokens, as of now.
 * About anything else it says no more than that it is not active; so too about refresh tokens and codes, which no
 * server that asks here may take for access tokens.
 *
 * Whoever is configured, or made by an administrator, may ask about every token; clients that have registered
 * themselves about their own.
 */
export function createIntrospectionEndpoint({ surroundings, clients }: TokenOptions): OAuthRoute {
  return {
    method: 'POST',
    paths: [PATHS.introspect],
    errors: 'json',
    consumes: 'application/x-www-form-urlencoded',
    async endpoint(request) {
      const form = readForm(request)
      const client = await clients.authenticate(request, form)
      if (client.authentication.method === 'none') {
        throw oauthError(
          'oauth_invalid_client',
          'Only clients that prove who they are, with a secret or a key, may ask about tokens.',
        )
      }
      const token = required(form, 'token')
      const principal = await readAccessToken(surroundings, token)
      const isTold = principal !== undefined && mayAsk(client, principal)
      return {
        status: 200,
        body: { json: isTold ? await describe(surroundings, token, principal) : { active: false } },
      }
    },
  }
}

function mayAsk({ origin, id }: OAuthClient, { client }: Principal): boolean {
  return origin === 'configured' || origin === 'machine' || client === id
}

/** RFC 7662 section 2.2. Times are in seconds. */
async function describe(
  { store, baseUrl }: OAuthSurroundings,
  token: string,
  principal: Principal,
): Promise<Readonly<Record<string, unknown>>> {
  const { subject, scopes, client, credentialId, audience = [] } = principal
  const record = await store.getToken(credentialId)
  // A machine's says it itself; it was verified.
  const claims = record === undefined ? readJwt(token)?.claims : undefined
  return {
    active: true,
    iss: baseUrl(),
    sub: subject,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: client,
    scope: scopes.join(' '),
    token_type: 'Bearer',
    jti: claims?.jti ?? credentialId,
    iat: seconds(record?.createdAt) ?? claims?.iat,
    exp: seconds(record?.expiresAt) ?? claims?.exp,
  }
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1_000)
}
