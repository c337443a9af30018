import type { Config } from './config.ts'

/**
 * Whether people are shown at `/` how to connect: not where an MCP server is at `/`, and by default not where strangers
 * are told nothing (`publication: false`).
 */
export function hasConnectPage({
  connectPage,
  publication,
  servers,
}: Pick<Config, 'connectPage' | 'publication' | 'servers'>): boolean {
  return (connectPage ?? publication !== false) && servers.every(({ path }) => path !== '/')
}
