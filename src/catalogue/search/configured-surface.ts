import type { Config } from '../../config/config.ts'
import type { ServerConfig } from '../../config/schema.ts'
import { serverTitle } from '../../config/titles.ts'
import type { Catalogue, Tool } from '../tool.ts'
import { createSearchSurface, type SearchSurface } from './search-surface.ts'

/**
 * The surface of one MCP endpoint as it is configured: for every caller (`expose: search`), for those who may see
 * more than so many tools (`searchAbove`, whatever `expose` says), or none.
 *
 * @param tools - the endpoint's selection of the catalogue
 */
export function configuredSurface(
  config: Pick<Config, 'name' | 'title'>,
  server: Pick<ServerConfig, 'title' | 'expose' | 'searchAbove'>,
  catalogue: Pick<Catalogue, 'byName'>,
  tools: readonly Tool[],
): SearchSurface | undefined {
  const above = server.searchAbove ?? (server.expose === 'search' ? 0 : undefined)
  if (above === undefined) return undefined
  return createSearchSurface({
    name: config.name,
    title: serverTitle(server, config),
    tools,
    above,
    isTaken: name => catalogue.byName.has(name),
  })
}
