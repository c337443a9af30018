import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import type { JsonObject, Tool } from '../tool.ts'
import type { Remark } from './finding.ts'

/** Below this many characters nobody has said what the operation is for. */
const SHORT = 12
const NAMED = 6
const FIX = 'write a summary or a description, in the document, an overlay or a rule'

/** What models read about a tool: too little, too much, or nothing. */
export function lintTexts(tool: Tool, operation: JsonObject): Remark[] {
  return [...lintDescription(tool, operation), ...lintArguments(tool)]
}

/** Whether the document says in no words what an operation does, and nobody else does. */
export function isUndescribed(tool: Pick<Tool, 'description' | 'operation'>, operation: JsonObject): boolean {
  if (plainText(operation.summary, 10) !== '' || plainText(operation.description, 10) !== '') return false
  const { method, path } = tool.operation
  return tool.description === `${method} ${path}` || tool.description === 'Deprecated.'
}

/** Whether a tool's description is the beginning of the document's. */
export function isCut(tool: Pick<Tool, 'description'>, operation: JsonObject): boolean {
  if (isJsonObject(operation['x-mcp']) && operation['x-mcp'].description !== undefined) return false
  return tool.description.endsWith('…') && !plainText(operation.description, 1_000_000).endsWith('…')
}

function lintDescription(tool: Tool, operation: JsonObject): Remark[] {
  if (isUndescribed(tool, operation)) {
    const message = 'no description: models see method and path only'
    return [{ rule: 'description-missing', severity: 'warning', message, fix: FIX }]
  }
  if (tool.description.length < SHORT) {
    const message = `the description ${JSON.stringify(tool.description)} says next to nothing`
    return [{ rule: 'description-short', severity: 'warning', message, fix: FIX }]
  }
  if (!isCut(tool, operation)) return []
  const message = `the description is cut after ${tool.description.length} characters`
  const fix = 'give the models a shorter one, with a rule or `x-mcp.description`'
  return [{ rule: 'description-long', severity: 'info', message, fix }]
}

function lintArguments({ inputSchema }: Tool): Remark[] {
  const properties = isJsonObject(inputSchema.properties) ? inputSchema.properties : {}
  const silent = Object.keys(properties).filter(name => {
    const schema = properties[name]
    return isJsonObject(schema) && !schema.description && schema.$ref === undefined
  })
  if (silent.length === 0) return []
  const some = silent.slice(0, NAMED).join(', ')
  const more = silent.length > NAMED ? ` and ${silent.length - NAMED} more` : ''
  const message = `${silent.length === 1 ? 'an argument' : `${silent.length} arguments`} without a description: ${some}${more}`
  return [
    { rule: 'argument-description-missing', severity: 'info', message, fix: 'describe what to put there' },
  ]
}
