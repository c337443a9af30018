import { isIP } from 'node:net'
import type { Config } from '../config/config.ts'

/**
 * The name of every server in reverse DNS, by its path, as the MCP registry and server cards want it:
 * `com.acme.mcp/billing`. `publication.name` comes first, then the host of the base URL with the configuration's name. A
 * server at `/mcp` (or `/api/mcp/v1`) has it as it is, one at `/mcp/admin` gets `-admin`. All are different, and each
 * stays the same when servers are added, as long as their paths say different things.
 *
 * @param baseUrl - what clients type, without a server's path
 */
export function registryNames(config: RegistryNamed, baseUrl: string): ReadonlyMap<string, string> {
  const { name, publication, servers } = config
  const configured = publication === false ? undefined : publication.name
  const base = configured ?? `${reversed(new URL(baseUrl).hostname)}/${name}`
  const names = new Map<string, string>()
  for (const { path } of servers) {
    const said = segments(path).filter(segment => !MEANINGLESS.test(segment))
    const alike = servers.filter(other => sameWords(other.path, said))
    const words = alike.length > 1 ? segments(path) : said
    let own = [base, ...words].join('-')
    for (let count = 2; [...names.values()].includes(own); count++) own = [base, ...words, count].join('-')
    names.set(path, own)
  }
  return names
}

/** What names derive from. */
export type RegistryNamed = Pick<Config, 'name' | 'publication' | 'servers'>

/** What paths of MCP endpoints have without telling one from another. */
const MEANINGLESS = /^(api|mcp|v\d+)$/i

function segments(path: string): readonly string[] {
  return path
    .split('/')
    .map(segment => segment.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, ''))
    .filter(segment => segment !== '')
}

function sameWords(path: string, words: readonly string[]): boolean {
  const own = segments(path).filter(segment => !MEANINGLESS.test(segment))
  return own.join('/').toLowerCase() === words.join('/').toLowerCase()
}

/** `mcp.acme.com` → `com.acme.mcp`; addresses have no order to turn. */
function reversed(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare) === 6) return `ip6-${bare.replace(/:+/g, '-').replace(/^-|-$/g, '')}`
  if (isIP(bare) === 4) return bare
  return bare.replace(/\.$/, '').split('.').toReversed().join('.')
}
