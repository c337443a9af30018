/**
 * The well-known addresses (RFC 8615) at which clients look. A base URL may have a path, `https://acme.com/ai`, behind
 * which a proxy hands everything on without it; then documents are served for both readings: below the whole URL, which
 * reaches the gateway anyway, and with the path inserted (RFC 8414 section 3.1, RFC 9728 section 3.1), for proxies that
 * hand these addresses on too.
 */
export const RESOURCE = '/.well-known/oauth-protected-resource'
export const SERVER = '/.well-known/oauth-authorization-server'
export const OPENID = '/.well-known/openid-configuration'

/**
 * Where the metadata of an MCP server is: an absolute URL, since clients don't resolve others, and one that reaches the
 * gateway however a proxy in front treats the root of its host.
 *
 * @param path - of the MCP server
 */
export function resourceMetadataUrl(baseUrl: string, path: string): string {
  return baseUrl + RESOURCE + below(path)
}

/** The path of a base URL; '' for the root. */
export function basePath(baseUrl: string): string {
  return below(new URL(baseUrl).pathname)
}

/** A path as it is appended to another: nothing for the root. */
export function below(path: string): string {
  return path === '/' ? '' : path
}
