import type { OpenApiVersion } from '../document/load-document.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import { INVISIBLE } from '../naming/visible-text.ts'
import type { JsonObject } from '../tool.ts'
import { convertLimits } from './convert-limits.ts'
import { typesOf } from './schema-types.ts'
import { SCHEMA_LIST_KEYWORDS } from './subschemas.ts'

/** Converts a schema within a schema; `depth` counts the nesting. */
export type Convert = (schema: unknown, depth: number) => JsonObject

interface KeywordOptions {
  readonly version: OpenApiVersion
  readonly resolveReference: ResolveReference
  readonly forModel: boolean
}

const MAX_DESCRIPTION = 500
const MAX_EXAMPLE = 200

/**
 * Converts one schema's keywords, all but `$ref`. Keywords are copied one by one and only where their value
 * is of the right kind, so that one odd spot never spoils a tool: what is unknown or malformed is left out.
 * Properties that are read-only leave, and leave `required` (OpenAPI 3.1 "Schema Object").
 */
export function convertKeywords(
  schema: JsonObject,
  depth: number,
  options: KeywordOptions,
  convert: Convert,
): JsonObject {
  const out: JsonObject = {}
  const types = typesOf(schema, options.forModel)
  if (types.length > 0) out.type = types.length === 1 ? types[0] : types
  if (options.forModel) annotate(schema, out)
  convertValues(schema, out)
  convertLimits(schema, out, options.forModel)
  convertObject(schema, out, depth, options, convert)
  convertArray(schema, out, depth, convert)
  for (const keyword of SCHEMA_LIST_KEYWORDS) {
    const list = schema[keyword]
    if (Array.isArray(list) && list.length > 0) out[keyword] = list.map(item => convert(item, depth + 1))
  }
  for (const keyword of ['not', 'if', 'then', 'else'] as const) {
    const inner = schema[keyword]
    if (isSchema(inner)) out[keyword] = convert(inner, depth + 1)
  }
  return schema.nullable === true ? allowNull(out) : out
}

function annotate(schema: JsonObject, out: JsonObject): void {
  const description = plainText(schema.description, MAX_DESCRIPTION) || plainText(schema.title, 80)
  if (description !== '') out.description = description
  if (schema.deprecated === true) out.deprecated = true
  if (isShort(schema.default)) out.default = schema.default
  const listed = Array.isArray(schema.examples) ? schema.examples[0] : undefined
  const example = schema.example ?? listed
  if (isShort(example)) out.examples = [example]
}

function convertValues(schema: JsonObject, out: JsonObject): void {
  const listed = Array.isArray(schema.enum) ? schema.enum : []
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : listed
  if (values.length > 0) {
    const distinct = new Map(values.map(value => [JSON.stringify(value), value]))
    out.enum = [...distinct.values()]
  }
}

function convertObject(
  schema: JsonObject,
  out: JsonObject,
  depth: number,
  options: KeywordOptions,
  convert: Convert,
): void {
  const readOnly = new Set<string>()
  if (isJsonObject(schema.properties)) {
    const properties: [string, JsonObject][] = []
    for (const [name, property] of Object.entries(schema.properties)) {
      if (isReadOnly(property, options.resolveReference)) readOnly.add(name)
      else if (isSchema(property)) properties.push([name, convert(property, depth + 1)])
    }
    out.properties = Object.fromEntries(properties)
  }
  if (Array.isArray(schema.required)) {
    const names = schema.required.filter(name => typeof name === 'string' && !readOnly.has(name))
    if (names.length > 0) out.required = [...new Set(names)]
  }
  for (const keyword of ['additionalProperties', 'unevaluatedProperties'] as const) {
    const inner = schema[keyword]
    if (typeof inner === 'boolean') out[keyword] = inner
    else if (isJsonObject(inner)) out[keyword] = convert(inner, depth + 1)
  }
  if (isJsonObject(schema.propertyNames)) out.propertyNames = convert(schema.propertyNames, depth + 1)
  for (const keyword of ['patternProperties', 'dependentSchemas'] as const) {
    const map = schema[keyword]
    if (!isJsonObject(map)) continue
    const usable = Object.entries(map).filter(([key, inner]) => {
      return isSchema(inner) && (keyword === 'dependentSchemas' || isPattern(key))
    })
    out[keyword] = Object.fromEntries(usable.map(([key, inner]) => [key, convert(inner, depth + 1)]))
  }
}

function convertArray(schema: JsonObject, out: JsonObject, depth: number, convert: Convert): void {
  const { items } = schema
  if (Array.isArray(items)) out.prefixItems = items.map(item => convert(item, depth + 1))
  else if (isSchema(items)) out.items = items === false ? false : convert(items, depth + 1)
  if (isJsonObject(schema.contains)) out.contains = convert(schema.contains, depth + 1)
  if (isSchema(schema.unevaluatedItems)) out.unevaluatedItems = convert(schema.unevaluatedItems, depth + 1)
}

/** `nullable` (3.0): null is allowed besides, whatever else is said. */
function allowNull(out: JsonObject): JsonObject {
  if (Array.isArray(out.enum) && !out.enum.includes(null)) out.enum = [...out.enum, null]
  if (
    out.allOf === undefined &&
    out.anyOf === undefined &&
    out.oneOf === undefined &&
    out.not === undefined
  ) {
    if (out.type === undefined) return out
    out.type = [...new Set([out.type, 'null'].flat())]
    return out
  }
  const { description, ...rest } = out
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] }
}

/** Whether a property is read-only, said on it or on what it refers to. */
export function isReadOnly(property: unknown, resolveReference: ResolveReference): boolean {
  if (!isJsonObject(property)) return false
  if (property.readOnly === true) return true
  if (typeof property.$ref !== 'string') return false
  const target = followReferences(resolveReference, property)
  return 'value' in target && target.value.readOnly === true
}

function isSchema(value: unknown): boolean {
  return isJsonObject(value) || typeof value === 'boolean'
}

function isShort(value: unknown): boolean {
  if (value === undefined || value === null) return false
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= MAX_EXAMPLE && text.search(INVISIBLE) === -1
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
