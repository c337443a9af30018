import type { ServerConfig } from '../config/schema.ts'

/** The canonical URL of an MCP server (MCP 2026-07-28 basic/authorization "Canonical Server URI"): no slash at its end. */
export function resourceUrl(baseUrl: string, path: string): string {
  return path === '/' ? baseUrl : `${baseUrl}${path}`
}

/**
 * The MCP server that a `resource` parameter names (RFC 8707), with its canonical URL; undefined where it names
 * none. Scheme and host in upper case, a default port and a slash at the end make no difference; anything else
 * does: a fragment, a query, a user, an encoded path.
 */
export function findResource<Server extends Pick<ServerConfig, 'path'>>(
  resource: string,
  baseUrl: string,
  servers: readonly Server[],
): { readonly url: string; readonly server: Server } | undefined {
  if (!/^[\x21-\x7e]+$/.test(resource) || /[#?@\\%]/.test(resource) || !URL.canParse(resource))
    return undefined
  const wanted = new URL(resource)
  // What the parser repairs, such as /a/../mcp, was not sent as a canonical URL.
  const [, path = '/'] = /^https?:\/\/[^/]+(\/.*)?$/i.exec(resource) ?? []
  if (path !== wanted.pathname) return undefined
  for (const server of servers) {
    const url = resourceUrl(baseUrl, server.path)
    const own = new URL(url)
    if (own.origin === wanted.origin && trimmed(own.pathname) === trimmed(wanted.pathname))
      return { url, server }
  }
  return undefined
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
