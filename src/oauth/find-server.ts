import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { oauthError } from './oauth-error.ts'
import { findResource, resourceUrl } from './resource-url.ts'
import type { OAuthSurroundings } from './surroundings.ts'

/**
 * The MCP server that a token is to be for, among those that take access tokens of this authorization server. Who names
 * none means the first.
 *
 * @param resource - as asked for (RFC 8707)
 * @returns its canonical URL and its path
 * @throws PosternError `oauth_invalid_target`
 */
export function findServer(
  { baseUrl, config }: Pick<OAuthSurroundings, 'baseUrl' | 'config'>,
  resource: string | undefined,
): { readonly url: string; readonly path: string } {
  const servers = tokenServers(config())
  if (resource !== undefined) {
    const found = findResource(resource, baseUrl(), servers)
    if (found !== undefined) return { url: found.url, path: found.server.path }
  } else if (servers[0] !== undefined) {
    const { path } = servers[0]
    return { url: resourceUrl(baseUrl(), path), path }
  }
  throw oauthError('oauth_invalid_target')
}

/** The MCP servers that take access tokens of this authorization server. */
export function tokenServers({ servers }: Pick<Config, 'servers'>): readonly ServerConfig[] {
  return servers.filter(({ auth }) => auth?.includes('oauth') ?? true)
}
