import { randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { MACHINE_TOKEN_TYPE } from '../../auth/machine-token.ts'
import { isRevokedSince } from '../../auth/revoked-since.ts'
import type { MachinePrincipal, OAuthClient } from '../client.ts'
import { findServer } from '../find-server.ts'
import { oauthError } from '../oauth-error.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { askedScopes } from './asked-scopes.ts'
import { givableScopes } from './givable-scopes.ts'
import type { GiveToken, TokenOptions, TokenRequest } from './give-token.ts'

/**
 * `grant_type=client_credentials` (RFC 6749 section 4.4) for machines, which an administrator has made and which have
 * proved who they are. They get a JWT access token (RFC 9068) for a quarter of an hour and no refresh token. It is not
 * kept: it ends early where its id, its client or whom it speaks for is revoked.
 */
export function createClientCredentials({ surroundings }: TokenOptions): GiveToken {
  return async asked => {
    const { client, form } = asked
    const acts = machineOf(client)
    const signing = surroundings.signing()
    if (signing === undefined) {
      throw oauthError(
        'oauth_unauthorized_client',
        'Machines get no tokens here: no keys are configured under signing.',
      )
    }
    const { url, path } = findServer(surroundings, form.get('resource'))
    const scopes = givableScopes(surroundings, {
      path,
      asked: askedScopes(form) ?? client.scopes,
      person: { ...acts, scopes: undefined },
      clientScopes: client.scopes,
    })
    const lifetime = surroundings.oauth().machineToken
    const claims = claimsOf(surroundings, { client, acts, url, scopes, lifetime })
    const accessToken = await signing.sign(claims, MACHINE_TOKEN_TYPE)
    await refuseRevokedMachine(surroundings, asked, acts)
    const { subject, organization } = acts
    return { accessToken, lifetime, scopes, refreshToken: undefined, subject, organization, grant: undefined }
  }
}

function machineOf({ origin, acts, authentication }: OAuthClient): MachinePrincipal {
  if (origin === 'machine' && acts !== undefined && authentication.method !== 'none') return acts
  throw oauthError(
    'oauth_unauthorized_client',
    'Only clients that an administrator has made for machines get tokens by client_credentials: see postern client create.',
  )
}

/** As `auth/machine-token.ts` has them. */
function claimsOf(
  { baseUrl, now }: OAuthSurroundings,
  of: {
    client: OAuthClient
    acts: MachinePrincipal
    url: string
    scopes: readonly string[]
    lifetime: number
  },
): JWTPayload {
  const iat = Math.floor(now() / 1_000)
  return {
    iss: baseUrl(),
    sub: of.acts.subject,
    aud: of.url,
    client_id: of.client.id,
    scope: of.scopes.join(' '),
    ...(of.acts.organization !== undefined && { org: of.acts.organization }),
    roles: [...of.acts.roles],
    jti: randomUUID(),
    iat,
    exp: iat + Math.floor(of.lifetime / 1_000),
  }
}

/**
 * Of a client that was disabled after it proved who it is, `iat` alone would not tell: the token might say a later time
 * than the word. One that is said from here on finds a token that is older.
 */
async function refuseRevokedMachine(
  { store, now }: OAuthSurroundings,
  { client, asOf }: TokenRequest,
  acts: MachinePrincipal,
): Promise<void> {
  await store.fresh()
  if (isRevokedSince({ ...acts, client: client.id }, asOf, store.revocations, now()))
    throw oauthError('oauth_invalid_client', undefined, { detail: `${client.id} was just revoked` })
}
