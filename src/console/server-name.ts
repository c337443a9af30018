import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'

/**
 * The short name under which clients list a server: the configuration's for the first one, and for each other one what
 * its path adds, since two entries of one name would overwrite each other. `/mcp/admin` of `acme` is `acme-admin`.
 */
export function serverName(
  { name, servers }: Pick<Config, 'name' | 'servers'>,
  server: ServerConfig,
): string {
  const index = servers.findIndex(({ path }) => path === server.path)
  if (index <= 0) return name
  const short = shortened(server.path)
  const isTaken = servers.some(({ path }, other) => other > 0 && other !== index && shortened(path) === short)
  return `${name}-${isTaken ? slug(server.path) : short}`
}

/** Without the segment that all such paths have. */
function shortened(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== 'mcp')
  return segments.length === 0 ? slug(path) : slug(segments.join('/'))
}

function slug(path: string): string {
  return path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'root'
}
