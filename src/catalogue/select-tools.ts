import type { ServerConfig } from '../config/schema.ts'
import { compileSelector } from './classify/match-selector.ts'
import type { Catalogue, Tool } from './tool.ts'

/** The tools of one MCP endpoint, in the catalogue's order: those of its APIs that one of its selectors matches. */
export function selectTools(
  catalogue: Pick<Catalogue, 'tools'>,
  server: Pick<ServerConfig, 'tools' | 'apis'>,
): readonly Tool[] {
  const selectors = server.tools?.map(compileSelector)
  const selected = catalogue.tools.filter(tool => {
    if (server.apis !== undefined && !server.apis.includes(tool.api)) return false
    return selectors === undefined || selectors.some(matches => matches(tool.operation))
  })
  return Object.freeze(selected)
}
