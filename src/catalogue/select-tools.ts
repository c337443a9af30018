import type { ServerConfig } from '../config/schema.ts'
import { compileSelector } from './classify/match-selector.ts'
import type { Catalogue, Tool } from './tool.ts'

/** The tools of one MCP endpoint, in the catalogue's order: those of its APIs that one of its selectors matches. */
export function selectTools(
  catalogue: Pick<Catalogue, 'tools'>,
  server: Pick<ServerConfig, 'tools' | 'apis'>,
): readonly Tool[] {
  return select(catalogue, server, ({ isCallable }) => isCallable !== false)
}

/** What of the same selection is read as a resource, whether or not it is a tool, too. */
export function selectResources(
  catalogue: Pick<Catalogue, 'tools'>,
  server: Pick<ServerConfig, 'tools' | 'apis'>,
): readonly Tool[] {
  return select(catalogue, server, ({ offered }) => offered !== undefined)
}

function select(
  catalogue: Pick<Catalogue, 'tools'>,
  server: Pick<ServerConfig, 'tools' | 'apis'>,
  isWanted: (tool: Tool) => boolean,
): readonly Tool[] {
  const selectors = server.tools?.map(compileSelector)
  const selected = catalogue.tools.filter(tool => {
    if (!isWanted(tool)) return false
    if (server.apis !== undefined && !server.apis.includes(tool.api)) return false
    return selectors === undefined || selectors.some(matches => matches(tool.operation))
  })
  return Object.freeze(selected)
}
