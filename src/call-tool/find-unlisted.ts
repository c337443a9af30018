import type { FoundCall, ToolCall } from '../mcp/call.ts'
import { unknownResource } from '../mcp/resources/unknown-resource.ts'

/**
 * What was not called by its name: a resource by its URI, which becomes the call of the operation behind it. Undefined
 * for a tool that no caller named, which is looked for where all are, past a list that stands in front.
 */
export function findUnlisted(call: ToolCall): FoundCall | undefined {
  if (call.purpose !== 'resource') return undefined
  const resource = call.server.resources?.find(call.name)
  if (resource === undefined) return { call, error: unknownResource(call.name, call.protocolVersion) }
  const { tool, arguments: args } = resource
  return { call: { ...call, name: tool.name, arguments: args }, tool }
}
