import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

const ANNOTATIONS = new Set(['title', 'description', 'deprecated', 'default', 'examples'])
const PLAIN = new Set([...ANNOTATIONS, 'type', 'properties', 'required', 'additionalProperties'])

/**
 * Makes a converted schema easier for clients, without allowing less: compositions of one schema give way to
 * it, `allOf` of plain objects becomes one object, arrays always have `items`.
 */
export function simplifySchema(schema: JsonObject): JsonObject {
  const simple = mergeAllOf(unwrapSingle(schema))
  if ([simple.type].flat().includes('array') && simple.items === undefined) return { ...simple, items: {} }
  return simple
}

function unwrapSingle(schema: JsonObject): JsonObject {
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[keyword]
    if (!Array.isArray(list) || list.length !== 1 || !isJsonObject(list[0])) continue
    const { [keyword]: _, ...rest } = schema
    const others = Object.keys(rest).filter(key => !ANNOTATIONS.has(key))
    const sameType = others.length === 1 && others[0] === 'type' && rest.type === list[0].type
    if (others.length === 0 || sameType) return { ...list[0], ...rest }
  }
  return schema
}

function mergeAllOf(schema: JsonObject): JsonObject {
  const { allOf, ...own } = schema
  if (!Array.isArray(allOf)) return schema
  const parts = [...allOf, own].filter(isJsonObject)
  if (!parts.every(isPlainObject) || !parts.some(part => part.properties !== undefined)) return schema
  const properties = new Map<string, unknown>()
  const required = new Set<unknown>()
  for (const part of parts) {
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      const known = properties.get(name)
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(property)) return schema
      properties.set(name, property)
    }
    for (const name of [part.required ?? []].flat()) required.add(name)
  }
  const annotations = Object.assign({}, ...parts.map(annotationsOf))
  return {
    ...annotations,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.size > 0 ? { required: [...required] } : {}),
  }
}

function isPlainObject(schema: JsonObject): boolean {
  if (!Object.keys(schema).every(key => PLAIN.has(key))) return false
  if (schema.type !== undefined && schema.type !== 'object') return false
  return schema.additionalProperties === undefined || typeof schema.additionalProperties === 'boolean'
}

function annotationsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => ANNOTATIONS.has(key)))
}
