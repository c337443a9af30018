import type { Config } from './config.ts'

/** Whether the MCP server at this path is not among those that strangers are told of (`publication.servers`). */
export function isLeftOut({ publication }: Pick<Config, 'publication'>, path: string): boolean {
  return publication !== false && publication.servers?.includes(path) === false
}
