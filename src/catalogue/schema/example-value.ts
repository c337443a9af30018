import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { exampleFromPattern } from './example-from-pattern.ts'

const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'name@example.com',
  uri: 'https://example.com',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  hostname: 'example.com',
}
const MAX_DEPTH = 4

/**
 * A value that would do for a schema, as an example in an error: what the document gives as one, else the
 * plainest that fits. Undefined where none can be made (hard patterns, references without `resolve`).
 *
 * @param resolve - what a reference leads to
 */
export function exampleValue(given: unknown, depth = 0, resolve: Resolve = nowhere): unknown {
  if (!isJsonObject(given) || depth > MAX_DEPTH) return undefined
  const schema = merged(given, resolve)
  if (Array.isArray(schema.examples)) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (Array.isArray(schema.enum)) return schema.enum[0]
  for (const keyword of ['anyOf', 'oneOf']) {
    const [first] = Array.isArray(schema[keyword]) ? schema[keyword] : []
    if (first !== undefined) return exampleValue(first, depth + 1, resolve)
  }
  const [type] = [schema.type].flat()
  if (type === 'integer' || type === 'number') return exampleNumber(schema)
  if (type === 'boolean') return true
  if (type === 'string') return exampleText(schema)
  if (type === 'array') return exampleList(schema, depth, resolve)
  return type === 'object' ? exampleObject(schema, depth, resolve) : undefined
}

type Resolve = (reference: string) => unknown

const nowhere: Resolve = () => undefined
const MAX_PARTS = 16

/** The schema with all that it refers to and is composed of beside it; what stands nearer wins. */
function merged(schema: JsonObject, resolve: Resolve): JsonObject {
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
    if (typeof $ref === 'string') parts.push(resolve($ref))
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

function exampleNumber(schema: JsonObject): number {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  if (typeof minimum === 'number') return minimum
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  if (typeof maximum === 'number') return Math.min(1, maximum)
  return typeof exclusiveMaximum === 'number' ? Math.min(1, exclusiveMaximum - 1) : 1
}

function exampleText(schema: JsonObject): string | undefined {
  if (typeof schema.pattern === 'string') return fitting(exampleFromPattern(schema.pattern), schema)
  const known = BY_FORMAT[String(schema.format)]
  if (known !== undefined) return known
  const shortest = typeof schema.minLength === 'number' ? schema.minLength : 0
  const longest = typeof schema.maxLength === 'number' ? schema.maxLength : 64
  return shortest > 64 ? undefined : 'text'.padEnd(shortest, 't').slice(0, longest)
}

/** A text, if it is neither too short nor too long. */
function fitting(text: string | undefined, { minLength, maxLength }: JsonObject): string | undefined {
  if (text === undefined || (typeof minLength === 'number' && text.length < minLength)) return undefined
  return typeof maxLength === 'number' && text.length > maxLength ? undefined : text
}

function exampleList(schema: JsonObject, depth: number, resolve: Resolve): unknown {
  const item = exampleValue(schema.items, depth + 1, resolve)
  return item === undefined ? undefined : [item]
}

function exampleObject(schema: JsonObject, depth: number, resolve: Resolve): unknown {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const members: [string, unknown][] = []
  for (const name of [schema.required ?? []].flat()) {
    const value = exampleValue(properties[String(name)], depth + 1, resolve)
    if (value === undefined) return undefined
    members.push([String(name), value])
  }
  return Object.fromEntries(members)
}
