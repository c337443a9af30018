import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { encodeHeaderValue } from './encode-header-value.ts'

/** Where in the arguments the value of a header is: header name → property path. */
export type ParameterHeaders = ReadonlyMap<string, readonly string[]>

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const TYPES = ['string', 'integer', 'boolean']

/**
 * The arguments of a tool that an HTTP client has to repeat as `Mcp-Param-*` headers
 * (2026-07-28 basic/transports/streamable-http "Custom Headers from Tool Parameters").
 *
 * @returns undefined where an annotation breaks the rules: such a tool must not be shown to the client.
 */
export function parameterHeaders(inputSchema: unknown): ParameterHeaders | undefined {
  const found = new Map<string, readonly string[]>()
  const reachable = new Set<JsonObject>()
  collect(inputSchema, [], reachable, found)
  const names = [...found.keys()]
  const unique = new Set(names.map(name => name.toLowerCase())).size === reachable.size
  return unique && names.every(name => TOKEN.test(name)) && count(inputSchema) === reachable.size
    ? found
    : undefined
}

/** The `Mcp-Param-*` headers of one call. Arguments that are absent or null send none. */
export function parameterHeaderValues(headers: ParameterHeaders, args: unknown): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, path] of headers) {
    let value = args
    for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) {
      values[`Mcp-Param-${name}`] = encodeHeaderValue(String(value))
    }
  }
  return values
}

/** Annotations on primitive properties that a chain of `properties` keys reaches. */
function collect(
  schema: unknown,
  path: readonly string[],
  reachable: Set<JsonObject>,
  found: Map<string, readonly string[]>,
): void {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return
  for (const [key, property] of Object.entries(schema.properties)) {
    if (!isJsonObject(property)) continue
    const name = property['x-mcp-header']
    if (typeof name === 'string' && TYPES.includes(String(property.type))) {
      reachable.add(property)
      found.set(name, [...path, key])
    }
    collect(property, [...path, key], reachable, found)
  }
}

/** All annotations, wherever they are; one that `collect` has not reached is in a place it may not be. */
function count(schema: unknown): number {
  if (Array.isArray(schema)) return schema.reduce<number>((sum, item) => sum + count(item), 0)
  if (!isJsonObject(schema)) return 0
  let sum = Object.hasOwn(schema, 'x-mcp-header') ? 1 : 0
  for (const [key, value] of Object.entries(schema)) {
    if (DATA.has(key)) continue
    sum += NAMES.has(key) && isJsonObject(value) ? count(Object.values(value)) : count(value)
  }
  return sum
}

/** Keywords whose members are named by the author, and keywords that hold values, not schemas. */
const NAMES = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples'])
