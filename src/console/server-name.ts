import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'

/**
 * The short name under which clients list a server: the configuration's for the first one, and for each other one what
 * its path adds, since two entries of one name would overwrite each other. `/mcp/admin` of `acme` is `acme-admin`.
 * Where an earlier server is called so already, it is all of the path, then with a number; names that people have
 * given their clients stay what they are when servers are added at the end.
 */
export function serverName(
  { name, servers }: Pick<Config, 'name' | 'servers'>,
  server: Pick<ServerConfig, 'path'>,
): string {
  const [first, ...others] = servers.map(({ path }) => path)
  if (server.path === first) return name
  const taken = new Set<string>()
  for (const path of others) {
    const own = firstFree(path, taken)
    if (path === server.path) return `${name}-${own}`
    taken.add(own)
  }
  return name
}

function firstFree(path: string, taken: ReadonlySet<string>): string {
  const whole = slug(path)
  let own = shortened(path)
  if (taken.has(own)) own = whole
  for (let number = 2; taken.has(own); number++) own = `${whole}-${number}`
  return own
}

/** Without the segment that all such paths have. */
function shortened(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== 'mcp')
  return segments.length === 0 ? slug(path) : slug(segments.join('/'))
}

function slug(path: string): string {
  return path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'root'
}
