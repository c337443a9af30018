/** What the addresses of HTTP+SSE (MCP 2024-11-05, basic/transports) are usually called. */
const LEGACY_NAMES = ['sse', 'message', 'messages'] as const

/**
 * Where clients of the transport of 2024 look for MCP servers, and which they mean: the one right above, or else those
 * beside. `/mcp/sse` is of `/mcp`, or where there is none, of `/mcp/user` and `/mcp/admin`. Pure.
 *
 * @param servers - paths of MCP servers
 */
export function legacyAddresses(servers: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Set(servers.flatMap(server => [folderOf(server), parentOf(server)]))
  return new Map(
    [...folders].flatMap(folder => {
      const above = servers.filter(server => folderOf(server) === folder)
      const meant = above.length > 0 ? above : servers.filter(server => parentOf(server) === folder)
      return LEGACY_NAMES.map(name => [`${folder}/${name}`, meant] as const)
    }),
  )
}

/** `''` of `/`. */
function folderOf(path: string): string {
  return path.replace(/\/$/, '')
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
