import type { Config } from '../../config/config.ts'
import type { ServerConfig } from '../../config/schema.ts'
import { serverTitle } from '../../config/titles.ts'
import { PosternError } from '../../errors.ts'
import type { OAuthRoute } from '../http.ts'
import { resourceUrl } from '../resource-url.ts'
import { endpointScopes } from '../scopes/endpoint-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { takesTokens } from './gateway-endpoints.ts'
import { basePath, below, RESOURCE } from './well-known.ts'

/** What {@link protectedResourceRoute} needs; there need be no scheme `oauth`. */
export type ResourceSurroundings = Pick<OAuthSurroundings, 'baseUrl' | 'config' | 'policy' | 'toolsOf'>

/**
 * The metadata of every MCP server that takes tokens of an authorization server, the built-in one, others or both side
 * by side (RFC 9728, MCP 2026-07-28 basic/authorization/authorization-server-discovery). At the root is that of the
 * server at `/`, or of the first such server, for clients that look nowhere else.
 *
 * Everything in it is from the configuration, whatever a request's headers say.
 */
export function protectedResourceRoute(surroundings: ResourceSurroundings): OAuthRoute {
  const { servers, publicUrl = 'http://localhost' } = surroundings.config()
  const paths = ['', basePath(publicUrl)].flatMap(base => [
    RESOURCE + base,
    ...servers.map(({ path }) => RESOURCE + base + below(path)),
  ])
  return {
    method: 'GET',
    paths: [...new Set(paths)],
    errors: 'json',
    cors: true,
    async endpoint({ path }) {
      const config = surroundings.config()
      const server = serverAt(path.slice(RESOURCE.length), config, basePath(surroundings.baseUrl()))
      if (server === undefined) throw new PosternError('not_found', { message: ABSENT })
      return { status: 200, body: { json: describe(server, config, surroundings) } }
    },
  }
}

const ABSENT =
  'There is no protected resource metadata at this address: no MCP server of this path takes tokens of an authorization server.'

/** The server that the rest of a well-known path names, with the base URL's own path before it or without. */
function serverAt(rest: string, { servers, auth }: Config, base: string): ServerConfig | undefined {
  const candidates = servers.filter(server => takesTokens(server, auth))
  const named = (wanted: string) => candidates.find(({ path }) => below(path) === wanted)
  const found =
    named(rest) ?? (base !== '' && rest.startsWith(`${base}/`) ? named(rest.slice(base.length)) : undefined)
  return found ?? (rest === '' || rest === base ? (named('') ?? candidates[0]) : undefined)
}

function describe(server: ServerConfig, config: Config, { baseUrl, policy, toolsOf }: ResourceSurroundings) {
  const allowed = server.auth && new Set(server.auth)
  const { defaults } = endpointScopes(config, allowed, toolsOf(server.path) ?? [], policy())
  return {
    resource: resourceUrl(baseUrl(), server.path),
    authorization_servers: issuersOf(server, config, baseUrl()),
    // What is needed at first; more is asked for when it is needed ("Scope Selection Strategy").
    ...(defaults.length > 0 && { scopes_supported: defaults }),
    bearer_methods_supported: ['header'],
    resource_name: serverTitle(server, config),
  }
}

/** In the order of the schemes: many clients take the first. */
function issuersOf(server: ServerConfig, { auth }: Config, own: string): readonly string[] {
  const issuers = auth.flatMap(scheme => {
    if (server.auth?.includes(scheme.type) === false) return []
    if (scheme.type === 'oauth') return own
    return scheme.type === 'jwt' ? scheme.issuer : []
  })
  return [...new Set(issuers)]
}
