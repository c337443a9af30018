import type { Tool } from '../catalogue/tool.ts'
import type { McpServer } from './call.ts'

/**
 * Every operation that callers of a server can reach, as a tool or as a resource: what scopes can be asked for there.
 * The same array for the same server.
 */
export function reachableTools(server: McpServer): readonly Tool[] {
  const { tools, resources } = server
  const others = resources?.tools.filter(({ isCallable }) => isCallable === false) ?? []
  if (others.length === 0) return tools
  let all = known.get(server)
  if (all === undefined) {
    all = Object.freeze([...tools, ...others])
    known.set(server, all)
  }
  return all
}

const known = new WeakMap<McpServer, readonly Tool[]>()
