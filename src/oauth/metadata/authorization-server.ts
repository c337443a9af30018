import type { Config } from '../../config/config.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { GrantType } from '../client.ts'
import { ASSERTION_ALGORITHMS } from '../clients/client-assertion.ts'
import { tokenServers } from '../find-server.ts'
import type { OAuthRoute } from '../http.ts'
import { PATHS } from '../paths.ts'
import { offeredScopes } from '../scopes/offered-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { basePath, below, OPENID, SERVER } from './well-known.ts'

/** What {@link authorizationServerRoutes} needs; there need be no scheme `oauth`. */
export type ServerSurroundings = Pick<
  OAuthSurroundings,
  'baseUrl' | 'config' | 'policy' | 'toolsOf' | 'signing'
>

/**
 * The metadata of the built-in authorization server (RFC 8414), also where clients look for an OpenID provider's: some
 * look there alone, and for an issuer with a path it is the only one of the three addresses below the issuer itself
 * (MCP 2026-07-28 basic/authorization/authorization-server-discovery).
 *
 * Clients of earlier revisions take an MCP server's own URL for an issuer. There they get a 404 that they can read, and
 * look at the root next: metadata of another issuer than the one that they asked for they would have to reject.
 */
export function authorizationServerRoutes(surroundings: ServerSurroundings): readonly OAuthRoute[] {
  const { servers, publicUrl = 'http://localhost' } = surroundings.config()
  const base = basePath(publicUrl)
  const route = (paths: readonly string[], answer: OAuthRoute['endpoint']): OAuthRoute => ({
    method: 'GET',
    paths,
    errors: 'json',
    cors: true,
    endpoint: answer,
  })
  const oauth = [...new Set([SERVER, SERVER + base])]
  const openid = [...new Set([OPENID, OPENID + base, base + OPENID])]
  const mistaken = servers.flatMap(({ path }) =>
    path === '/' ? [] : [SERVER + below(path), OPENID + below(path), path + OPENID],
  )
  const absent = mistaken.filter(path => !oauth.includes(path) && !openid.includes(path))
  return [
    route(oauth, async () => found(describe(surroundings))),
    route(openid, async () => found(describeAsProvider(surroundings))),
    ...(absent.length > 0 ? [route(absent, async () => found(undefined))] : []),
  ]
}

function found(json: object | undefined) {
  if (json !== undefined) return { status: 200, body: { json } }
  throw new PosternError('not_found', {
    message:
      'There is no authorization server of this issuer here. The protected resource metadata of an MCP server names those that give tokens for it.',
  })
}

function describe(surroundings: ServerSurroundings): object | undefined {
  const config = surroundings.config()
  const oauth = config.auth.find(scheme => scheme.type === 'oauth')
  if (oauth?.type !== 'oauth') return undefined
  const issuer = surroundings.baseUrl()
  const hasKeys = surroundings.signing() !== undefined
  const proofs = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
  return {
    issuer,
    authorization_endpoint: issuer + PATHS.authorize,
    token_endpoint: issuer + PATHS.token,
    ...(hasKeys && { jwks_uri: `${issuer}${KEYS}` }),
    ...(oauth.registration.dynamic && { registration_endpoint: issuer + PATHS.register }),
    scopes_supported: scopesOf(config, surroundings),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes(oauth, hasKeys),
    token_endpoint_auth_methods_supported: ['none', ...proofs],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    revocation_endpoint: issuer + PATHS.revoke,
    revocation_endpoint_auth_methods_supported: ['none', ...proofs],
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint: issuer + PATHS.introspect,
    introspection_endpoint_auth_methods_supported: proofs,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...(oauth.registration.documents && { client_id_metadata_document_supported: true }),
  }
}

const KEYS = '/.well-known/jwks.json'

/** With what OpenID Connect Discovery 1.0 section 3 requires besides, though no ID token is ever issued. */
function describeAsProvider(surroundings: ServerSurroundings): object | undefined {
  const metadata = describe(surroundings)
  return (
    metadata && {
      ...metadata,
      jwks_uri: `${surroundings.baseUrl()}${KEYS}`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    }
  )
}

/** Of all servers for which tokens are given. */
function scopesOf(config: Config, { policy, toolsOf }: ServerSurroundings): readonly string[] {
  const scopes = tokenServers(config).flatMap(
    ({ path }) => offeredScopes(config, toolsOf(path) ?? [], policy()).offered,
  )
  return [...new Set(scopes)]
}

function grantTypes({ signIn, identityProviders }: OAuthConfig, hasKeys: boolean): readonly GrantType[] {
  return [
    ...(signIn.length > 0 ? (['authorization_code', 'refresh_token'] as const) : []),
    ...(hasKeys ? (['client_credentials'] as const) : []),
    ...(identityProviders.length > 0 ? (['urn:ietf:params:oauth:grant-type:jwt-bearer'] as const) : []),
  ]
}
