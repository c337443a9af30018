/**
 * Turns the arguments that a model writes from an advertised schema into those that the document means: keys that
 * were advertised under safer ones get their own back, and a value that may be anything is read where it is an
 * object or list written as JSON text, as the schema asks for.
 *
 * What was written as the document has it stays as it is. Nothing here checks; that comes after.
 */
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { AdvertisedArgument } from './advertise-argument.ts'
import { isSafeKey, safeKey } from './safe-keys.ts'

/** Rewrites arguments; yields the same object where there is nothing to do. */
export type Unalias = (args: JsonObject) => JsonObject

const MAX_DEPTH = 64
const MAX_PARTS = 200
const MAX_SCHEMAS = 20_000
const ANNOTATIONS: ReadonlySet<string> = new Set(['description', 'deprecated', 'default', 'examples'])

/**
 * Makes the rewriter of one tool; undefined where its schemas have neither unsafe keys nor values of any kind.
 *
 * @param definition - what a reference in the converted schemas leads to
 */
export function createUnalias(
  args: readonly AdvertisedArgument[],
  definition: (reference: string) => JsonObject,
): Unalias | undefined {
  if (!needsUnalias(args, definition)) return undefined
  const schemas = new Map(args.map(({ argument, schema }) => [argument, schema]))
  const rewriter = new Rewriter(definition)
  return given =>
    mapMembers(given, (key, value) => {
      const schema = schemas.get(key)
      return [key, schema === undefined ? value : rewriter.rewrite(value, [schema], 0)]
    })
}

class Rewriter {
  readonly #definition: (reference: string) => JsonObject

  constructor(definition: (reference: string) => JsonObject) {
    this.#definition = definition
  }

  rewrite(value: unknown, schemas: readonly unknown[], depth: number): unknown {
    if (schemas.length === 0 || depth > MAX_DEPTH) return value
    if (typeof value === 'string' && !/^\s*[{[]/.test(value)) return value
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value
    const parts = partsOf(schemas, this.#definition)
    if (typeof value === 'string') return parts.every(isFree) ? readText(value) : value
    if (Array.isArray(value)) return this.#rewriteList(value, parts, depth)
    return isJsonObject(value) ? this.#rewriteObject(value, parts, depth) : value
  }

  #rewriteList(list: readonly unknown[], parts: readonly JsonObject[], depth: number): readonly unknown[] {
    const schemas = parts.flatMap(part => [part.items, part.prefixItems].flat()).filter(isJsonObject)
    const out = list.map(item => this.rewrite(item, schemas, depth + 1))
    return out.every((item, index) => item === list[index]) ? list : out
  }

  #rewriteObject(object: JsonObject, parts: readonly JsonObject[], depth: number): JsonObject {
    const maps = parts.map(part => part.properties).filter(isJsonObject)
    return mapMembers(object, (key, value) => {
      const own = ownKey(key, maps)
      const name = own !== key && Object.hasOwn(object, own) ? key : own
      const members = maps.filter(map => Object.hasOwn(map, name)).map(map => map[name])
      const schemas = members.length > 0 ? members : parts.map(part => part.additionalProperties)
      return [name, this.rewrite(value, schemas.filter(isJsonObject), depth + 1)]
    })
  }
}

/** The document's own key for one that a model wrote. */
function ownKey(key: string, maps: readonly JsonObject[]): string {
  if (maps.some(map => Object.hasOwn(map, key))) return key
  for (const map of maps) {
    for (const own of Object.keys(map)) if (!isSafeKey(own) && safeKey(own) === key) return own
  }
  return key
}

function mapMembers(
  object: JsonObject,
  map: (key: string, value: unknown) => readonly [key: string, value: unknown],
): JsonObject {
  const before = Object.entries(object)
  const after = before.map(([key, value]) => map(key, value))
  const isSame = after.every(([key, value], index) => {
    const [oldKey, oldValue] = before[index] ?? []
    return key === oldKey && value === oldValue
  })
  return isSame ? object : Object.fromEntries(after)
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The schemas, with all that they refer to or are composed of. */
function partsOf(
  schemas: readonly unknown[],
  definition: (reference: string) => JsonObject,
): readonly JsonObject[] {
  const parts = new Set<JsonObject>()
  for (const schema of schemas) if (isJsonObject(schema)) parts.add(schema)
  for (const part of parts) {
    if (parts.size >= MAX_PARTS) break
    for (const inner of composedOf(part, definition)) parts.add(inner)
  }
  return [...parts]
}

function composedOf(
  schema: JsonObject,
  definition: (reference: string) => JsonObject,
): readonly JsonObject[] {
  const { allOf, anyOf, oneOf, then, else: otherwise, dependentSchemas } = schema
  const dependent = isJsonObject(dependentSchemas) ? Object.values(dependentSchemas) : []
  const target = typeof schema.$ref === 'string' ? definition(schema.$ref) : undefined
  return [target, allOf, anyOf, oneOf, then, otherwise, dependent].flat().filter(isJsonObject)
}

/** Whether a schema says nothing of the value itself. */
function isFree(schema: JsonObject): boolean {
  return Object.keys(schema).every(key => ANNOTATIONS.has(key) || key === '$ref' || key === 'allOf')
}

function needsUnalias(
  args: readonly AdvertisedArgument[],
  definition: (reference: string) => JsonObject,
): boolean {
  const seen = new Set<JsonObject>(args.map(({ schema }) => schema))
  for (const schema of seen) {
    if (seen.size > MAX_SCHEMAS) return true
    const composed = composedOf(schema, definition)
    if (composed.length === 0 && isFree(schema)) return true
    if (isJsonObject(schema.properties) && !Object.keys(schema.properties).every(isSafeKey)) return true
    const members = isJsonObject(schema.properties) ? Object.values(schema.properties) : []
    const inner = [schema.items, schema.prefixItems, schema.additionalProperties, members].flat()
    for (const child of [...composed, ...inner]) if (isJsonObject(child)) seen.add(child)
  }
  return false
}
