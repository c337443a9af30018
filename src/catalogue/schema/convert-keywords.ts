import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import { hasInvisible } from '../naming/visible-text.ts'
import type { JsonObject } from '../tool.ts'
import { convertAlternatives } from './convert-alternatives.ts'
import { convertLimits } from './convert-limits.ts'
import type { FindSubtypes } from './discriminated-types.ts'
import { typesOf } from './schema-types.ts'

/**
 * Converts a schema within a schema; `depth` counts the nesting. `loop` is given for what applies to the same
 * value: the loop of schemas consisting of one another that must not be entered again.
 */
export type Convert = (schema: unknown, depth: number, loop?: number) => JsonObject

/** What converting the keywords of a schema depends on. */
export interface KeywordOptions {
  readonly resolveReference: ResolveReference
  readonly findSubtypes: FindSubtypes
  readonly forModel: boolean
  /** Whether values go to the backend (`readOnly` members leave) or come from it (`writeOnly` ones leave). */
  readonly direction: 'input' | 'output'
}

const MAX_DESCRIPTION = 500
const MAX_EXAMPLE = 200

/**
 * Converts one schema's keywords, all but `$ref`. Keywords are copied one by one and only where their value
 * is of the right kind, so that one odd spot never spoils a tool: what is unknown or malformed is left out.
 * Properties that are read-only (of inputs; write-only of outputs) leave, and leave `required` (OpenAPI 3.1
 * "Schema Object").
 */
export function convertKeywords(
  schema: JsonObject,
  depth: number,
  options: KeywordOptions,
  convert: Convert,
  loop: number | undefined,
): JsonObject {
  const beside: Convert = (inner, level) => convert(inner, level, loop)
  const out: JsonObject = {}
  const types = typesOf(schema, options.forModel)
  if (types.length > 0) out.type = types.length === 1 ? types[0] : types
  if (options.forModel) annotate(schema, out)
  convertValues(schema, out)
  convertLimits(schema, out, options.forModel)
  convertObject(schema, out, depth, options, convert)
  convertMaps(schema, out, depth, convert, beside)
  convertArray(schema, out, depth, convert)
  convertAlternatives(schema, out, depth, options, beside)
  for (const keyword of ['not', 'if', 'then', 'else'] as const) {
    const inner = schema[keyword]
    if (isSchema(inner) && !isLoosened(inner, keyword, options)) out[keyword] = beside(inner, depth + 1)
  }
  return schema.nullable === true || schema['x-nullable'] === true ? allowNull(out) : out
}

function annotate(schema: JsonObject, out: JsonObject): void {
  const text = plainText(schema.description, MAX_DESCRIPTION) || plainText(schema.title, 80)
  const description = withNote(text, contentNote(schema))
  if (description !== '') out.description = description
  if (schema.deprecated === true) out.deprecated = true
  if (isShort(schema.default)) out.default = schema.default
  const listed = Array.isArray(schema.examples) ? schema.examples[0] : undefined
  const example = schema.example ?? listed
  if (isShort(example)) out.examples = [example]
}

/** How bytes are written into a text, said in words: the keywords for it are known to no client. */
function contentNote({ type, format, contentEncoding, contentMediaType }: JsonObject): string {
  const mediaType = typeof contentMediaType === 'string' ? plainText(contentMediaType, 80) : ''
  if (contentEncoding === 'base64' || format === 'byte') return `Base64${mediaType && ` of ${mediaType}`}.`
  if (format === 'binary' || type === 'file')
    return `File content as base64${mediaType && ` (${mediaType})`}.`
  return mediaType && `Text that holds ${mediaType}.`
}

function withNote(text: string, note: string): string {
  if (note === '' || /base64/i.test(text)) return text
  return text === '' ? note : `${text}${/[.!?…:]$/.test(text) ? '' : '.'} ${note}`
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
  const hidden = new Set<string>()
  const required = new Set([schema.required].flat().filter(name => typeof name === 'string'))
  if (isJsonObject(schema.properties)) {
    const properties: [string, JsonObject][] = []
    for (const [name, property] of Object.entries(schema.properties)) {
      if (isHidden(property, options)) hidden.add(name)
      else if (isSchema(property)) properties.push([name, convert(property, depth + 1)])
      // `required` as draft 3 had it: on the property. What callers are told, though not what they are held to.
      if (options.forModel && isJsonObject(property) && property.required === true) required.add(name)
    }
    out.properties = Object.fromEntries(properties)
  }
  const names = [...required].filter(name => !hidden.has(name))
  if (names.length > 0) out.required = names
  for (const keyword of ['additionalProperties', 'unevaluatedProperties'] as const) {
    const inner = schema[keyword]
    if (typeof inner === 'boolean') out[keyword] = inner
    else if (isJsonObject(inner)) out[keyword] = convert(inner, depth + 1)
  }
}

function isHidden(property: unknown, { direction, resolveReference }: KeywordOptions): boolean {
  return isMarked(property, direction === 'input' ? 'readOnly' : 'writeOnly', resolveReference)
}

function convertMaps(
  schema: JsonObject,
  out: JsonObject,
  depth: number,
  convert: Convert,
  beside: Convert,
): void {
  if (isJsonObject(schema.propertyNames)) out.propertyNames = convert(schema.propertyNames, depth + 1)
  for (const keyword of ['patternProperties', 'dependentSchemas'] as const) {
    const map = schema[keyword]
    if (!isJsonObject(map)) continue
    const usable = Object.entries(map).filter(([key, inner]) => {
      return isSchema(inner) && (keyword === 'dependentSchemas' || isPattern(key))
    })
    const inside = keyword === 'dependentSchemas' ? beside : convert
    out[keyword] = Object.fromEntries(usable.map(([key, inner]) => [key, inside(inner, depth + 1)]))
  }
}

function convertArray(schema: JsonObject, out: JsonObject, depth: number, convert: Convert): void {
  const { items, prefixItems } = schema
  const tuple = Array.isArray(prefixItems) ? prefixItems : items
  if (Array.isArray(tuple) && tuple.length > 0) out.prefixItems = tuple.map(item => convert(item, depth + 1))
  if (Array.isArray(items)) {
    const { additionalItems } = schema
    if (isSchema(additionalItems))
      out.items = additionalItems === false ? false : convert(additionalItems, depth + 1)
  } else if (isSchema(items)) out.items = items === false ? false : convert(items, depth + 1)
  if (isJsonObject(schema.contains)) out.contains = convert(schema.contains, depth + 1)
  if (isSchema(schema.unevaluatedItems)) out.unevaluatedItems = convert(schema.unevaluatedItems, depth + 1)
}

/** Whether the opposite of a schema would refuse more than the document does, as its `oneOf` is taken for `anyOf`. */
function isLoosened(schema: unknown, keyword: string, { forModel, direction }: KeywordOptions): boolean {
  const isOpposite = keyword === 'not' || keyword === 'if'
  return (
    isOpposite && !forModel && direction === 'input' && isJsonObject(schema) && schema.oneOf !== undefined
  )
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
  return isMarked(property, 'readOnly', resolveReference)
}

function isMarked(
  property: unknown,
  mark: 'readOnly' | 'writeOnly',
  resolveReference: ResolveReference,
): boolean {
  if (!isJsonObject(property)) return false
  if (property[mark] === true) return true
  if (typeof property.$ref !== 'string') return false
  const target = followReferences(resolveReference, property)
  return 'value' in target && target.value[mark] === true
}

function isSchema(value: unknown): boolean {
  return isJsonObject(value) || typeof value === 'boolean'
}

function isShort(value: unknown): boolean {
  if (value === undefined || value === null) return false
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= MAX_EXAMPLE && !hasInvisible(text)
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
