import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { code, inline } from './markdown.ts'

/** How far down members of objects are told. */
const LEVELS = 4
/** Most values of a list of values. */
const MOST_VALUES = 16

/**
 * The arguments of a tool as a Markdown list, members of objects below them. Reads schemas as they are advertised:
 * objects at the root, without references and alternatives.
 */
export function argumentLines(schema: JsonObject, level = 0): readonly string[] {
  if (level >= LEVELS || !isJsonObject(schema.properties)) return []
  const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : [])
  return Object.entries(schema.properties).flatMap(([name, own]) => {
    if (!isJsonObject(own)) return []
    const words = [typeWords(own), ...(required.has(name) ? ['required'] : []), ...limitWords(own)]
    const said = typeof own.description === 'string' ? inline(own.description) : ''
    return [
      `${'  '.repeat(level)}- ${code(name)} (${words.join(', ')})${said === '' ? '' : `: ${said}`}`,
      ...argumentLines(members(own), level + 1),
    ]
  })
}

/** Of a list, what its entries hold. */
function members(schema: JsonObject): JsonObject {
  return isJsonObject(schema.items) ? schema.items : schema
}

function typeWords(schema: JsonObject): string {
  const types = [schema.type].flat().filter(type => typeof type === 'string')
  const entry = isJsonObject(schema.items) ? ` of ${typeWords(schema.items)}` : ''
  return types.length === 0
    ? 'any value'
    : types.map(type => `${inline(type)}${type === 'array' ? entry : ''}`).join(' or ')
}

function limitWords(schema: JsonObject): readonly string[] {
  const values = valuesOf(schema) ?? (isJsonObject(schema.items) ? valuesOf(schema.items) : undefined)
  return [
    ...(values === undefined ? [] : [values]),
    ...(typeof schema.format === 'string' ? [inline(schema.format)] : []),
    ...(typeof schema.minimum === 'number' ? [`at least ${schema.minimum}`] : []),
    ...(typeof schema.maximum === 'number' ? [`at most ${schema.maximum}`] : []),
    ...(schema.default === undefined ? [] : [`default ${value(schema.default)}`]),
  ]
}

function valuesOf({ enum: listed }: JsonObject): string | undefined {
  if (!Array.isArray(listed) || listed.length === 0) return undefined
  const shown = listed.slice(0, MOST_VALUES).map(value).join(', ')
  const left = listed.length - MOST_VALUES
  return `${listed.length === 1 ? '' : 'one of '}${shown}${left > 0 ? ` and ${left} more` : ''}`
}

function value(of: unknown): string {
  return code(typeof of === 'string' ? of : (JSON.stringify(of) ?? ''))
}
