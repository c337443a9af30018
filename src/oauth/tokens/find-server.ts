import { oauthError } from '../oauth-error.ts'
import { findResource, resourceUrl } from '../resource-url.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/**
 * The MCP server that a token is to be for, among those that take access tokens of this authorization server. Who names
 * none means the first, as at the authorization endpoint.
 *
 * @param resource - as asked for (RFC 8707)
 * @throws PosternError `oauth_invalid_target`
 */
export function findServer(
  { baseUrl, config }: Pick<OAuthSurroundings, 'baseUrl' | 'config'>,
  resource: string | undefined,
): { readonly url: string; readonly path: string } {
  const servers = config().servers.filter(({ auth }) => auth?.includes('oauth') ?? true)
  const [first] = servers
  const found =
    resource === undefined
      ? first && { url: resourceUrl(baseUrl(), first.path), path: first.path }
      : findResource(resource, baseUrl(), servers)
  return found ?? refuse()
}

function refuse(): never {
  throw oauthError('oauth_invalid_target')
}
