import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { exampleFromPattern } from './example-from-pattern.ts'

/** Of JSON Schema (2020-12 Validation 7.3), of OpenAPI's registry of formats, and what people write for these. */
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  datetime: '2026-01-31T12:00:00Z',
  'iso-date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  'iso-time': '12:00:00Z',
  duration: 'P1D',
  email: 'name@example.com',
  'idn-email': 'name@example.com',
  uri: 'https://example.com',
  url: 'https://example.com',
  iri: 'https://example.com',
  'uri-reference': '/path',
  'iri-reference': '/path',
  'uri-template': 'https://example.com/{name}',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  guid: '123e4567-e89b-42d3-a456-426614174000',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  'json-pointer': '/name',
  'json-pointer-uri-fragment': '#/name',
  'relative-json-pointer': '0/name',
  regex: '^[a-z]+$',
  byte: 'SGVsbG8=',
  base64: 'SGVsbG8=',
  base64url: 'SGVsbG8',
  binary: 'SGVsbG8=',
  int32: '1',
  int64: '1',
  uint64: '1',
  float: '1.5',
  double: '1.5',
  decimal: '1.5',
}
/** Formats that any text has. */
const ANY_TEXT = new Set(['string', 'text', 'password', 'html', 'markdown'])
/** More members or items than an example is worth. */
const MAX_ITEMS = 8
const MAX_DEPTH = 4

/** Where an example may come from. */
export interface ExampleOptions {
  /** What a reference leads to; default: nothing. */
  readonly resolve?: (reference: string) => unknown
  /** `document` (the default): what the document gives as one comes first; `schema`: it is left aside. */
  readonly source?: 'document' | 'schema'
}

/**
 * A value that would do for a schema, as an example in an error: what the document gives as one, else the
 * plainest that fits. Undefined where none can be made (hard patterns, references without `resolve`).
 */
export function exampleValue(given: unknown, options: ExampleOptions = {}, depth = 0): unknown {
  if (!isJsonObject(given) || depth > MAX_DEPTH) return undefined
  const schema = merged(given, options)
  if (options.source !== 'schema') {
    if (Array.isArray(schema.examples)) return schema.examples[0]
    if (schema.default !== undefined) return schema.default
  }
  if (Array.isArray(schema.enum)) return schema.enum[0]
  for (const keyword of ['anyOf', 'oneOf']) {
    const [first] = Array.isArray(schema[keyword]) ? schema[keyword] : []
    if (first !== undefined) return exampleValue(first, options, depth + 1)
  }
  const [type] = [schema.type].flat()
  if (type === 'integer' || type === 'number') return exampleNumber(schema)
  if (type === 'boolean') return true
  if (type === 'string') return exampleText(schema)
  if (type === 'array') return exampleList(schema, options, depth)
  return type === 'object' ? exampleObject(schema, options, depth) : undefined
}

const MAX_PARTS = 16

/** The schema with all that it refers to and is composed of beside it; what stands nearer wins. */
function merged(schema: JsonObject, { resolve }: ExampleOptions): JsonObject {
  if (schema.$ref === undefined && schema.allOf === undefined) return schema
  const parts: unknown[] = [schema]
  let whole: JsonObject = {}
  for (let index = 0; index < parts.length && index < MAX_PARTS; index++) {
    const part = parts[index]
    if (!isJsonObject(part)) continue
    const { $ref, allOf, ...own } = part
    const properties = { ...asObject(own.properties), ...asObject(whole.properties) }
    const required = [...listOf(whole.required), ...listOf(own.required)]
    whole = { ...own, ...whole, properties, required }
    if (typeof $ref === 'string') parts.push(resolve?.($ref))
    parts.push(...listOf(allOf))
  }
  return whole
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function exampleNumber(schema: JsonObject): number | undefined {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, type } = schema
  const isWhole = [type].flat().includes('integer')
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1
  const at = isNumber(minimum) ? minimum : isNumber(exclusiveMinimum) ? exclusiveMinimum : undefined
  const below = isNumber(maximum) ? maximum : isNumber(exclusiveMaximum) ? exclusiveMaximum : undefined
  let value = at === undefined ? Math.min(step, below ?? step) : at
  if (isWhole || multipleOf !== undefined) {
    value = (at === undefined ? Math.floor(value / step) : Math.ceil(value / step)) * step
  }
  if (isNumber(exclusiveMinimum) && value <= exclusiveMinimum) value += step
  if (isNumber(exclusiveMaximum) && value >= exclusiveMaximum) value -= step
  const isTooSmall =
    (isNumber(minimum) && value < minimum) || (isNumber(exclusiveMinimum) && value <= exclusiveMinimum)
  return isTooSmall || (isNumber(maximum) && value > maximum) ? undefined : value
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function exampleText(schema: JsonObject): string | undefined {
  if (typeof schema.pattern === 'string') return fitting(exampleFromPattern(schema.pattern), schema)
  if (typeof schema.format === 'string' && !ANY_TEXT.has(schema.format)) {
    return fitting(Object.hasOwn(BY_FORMAT, schema.format) ? BY_FORMAT[schema.format] : undefined, schema)
  }
  const shortest = typeof schema.minLength === 'number' ? schema.minLength : 0
  const longest = typeof schema.maxLength === 'number' ? schema.maxLength : 64
  return shortest > 64 ? undefined : 'text'.padEnd(shortest, 't').slice(0, longest)
}

/** A text, if it is neither too short nor too long. */
function fitting(text: string | undefined, { minLength, maxLength }: JsonObject): string | undefined {
  if (text === undefined || (typeof minLength === 'number' && text.length < minLength)) return undefined
  return typeof maxLength === 'number' && text.length > maxLength ? undefined : text
}

function exampleList(schema: JsonObject, options: ExampleOptions, depth: number): unknown {
  const { minItems, maxItems, uniqueItems, prefixItems } = schema
  const count = isNumber(minItems) ? Math.max(1, minItems) : 1
  if (prefixItems !== undefined || count > MAX_ITEMS || (count > 1 && uniqueItems === true)) return undefined
  if (maxItems === 0) return []
  const item = exampleValue(schema.items, options, depth + 1)
  return item === undefined ? undefined : Array.from({ length: count }, () => item)
}

/** With what is required, and as many others as it must have. */
function exampleObject(schema: JsonObject, options: ExampleOptions, depth: number): unknown {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = new Set([schema.required ?? []].flat().map(String))
  const least = isNumber(schema.minProperties) ? schema.minProperties : 0
  const members = new Map<string, unknown>()
  for (const name of [...required, ...Object.keys(properties)]) {
    if (!required.has(name) && members.size >= least) break
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined
    const value = exampleValue(own, options, depth + 1)
    if (value !== undefined) members.set(name, value)
    else if (required.has(name)) return undefined
  }
  return members.size < least ? undefined : Object.fromEntries(members)
}
