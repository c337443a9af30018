import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { SchemaMerger } from './merge-schemas.ts'

/** Makes a plain schema of one with references and compositions, one level deep: members stay as they are. */
export type ReadPlain = (schema: JsonObject) => JsonObject

const MAX_PARTS = 64
const MAX_ALTERNATIVES = 40
const MAX_LEVEL = 6

/**
 * Makes a reader of schemas for clients that follow no references and know no `allOf`. Where `keepUnions` is set,
 * what is left may have an `anyOf`; otherwise alternatives are merged too. Answers are remembered by schema.
 *
 * @param definition - what a reference leads to
 */
export function createPlainReader(
  definition: (reference: string) => JsonObject,
  keepUnions: boolean,
): ReadPlain {
  const merger = new SchemaMerger()
  const known: WeakMap<JsonObject, JsonObject>[] = []
  const read = (schema: JsonObject, level: number): JsonObject => {
    if (isPlain(schema)) return schema
    known[level] ??= new WeakMap()
    const found = known[level].get(schema)
    if (found !== undefined) return found
    const parts = partsOf(schema, definition)
    const unions = parts.flatMap(part => [part.anyOf, part.oneOf]).filter(Array.isArray)
    let plain = parts.map(ownOf).reduce((a, b) => merger.both(a, b))
    const kept = keepUnions && level === 0 && unions.length === 1 ? unions[0]?.filter(isNotNull) : undefined
    if (kept !== undefined && kept.length > 1 && kept.length <= MAX_ALTERNATIVES) {
      plain = { ...plain, anyOf: kept }
    } else if (level < MAX_LEVEL) {
      for (const union of unions) {
        const alternatives = union.filter(isJsonObject).slice(0, MAX_ALTERNATIVES)
        const merged = merger.any(alternatives.map(alternative => read(alternative, level + 1)))
        plain = merger.both(plain, merged)
      }
    }
    known[level].set(schema, plain)
    return plain
  }
  return schema => read(schema, 0)
}

const COMPOSED: ReadonlySet<string> = new Set([
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'],
  ...['contains', 'minContains', 'maxContains', 'unevaluatedItems', 'unevaluatedProperties', 'propertyNames'],
])

function isPlain(schema: JsonObject): boolean {
  for (const keyword in schema) if (COMPOSED.has(keyword)) return false
  return true
}

function isNotNull(schema: unknown): boolean {
  return isJsonObject(schema) && schema.type !== 'null'
}

/** The schema and all that it refers to or is composed of with `allOf`, nearest first. */
function partsOf(
  schema: JsonObject,
  definition: (reference: string) => JsonObject,
): readonly [JsonObject, ...JsonObject[]] {
  const parts: [JsonObject, ...JsonObject[]] = [schema]
  for (let index = 0; index < parts.length && parts.length < MAX_PARTS; index++) {
    const part = parts[index] ?? {}
    const inner = typeof part.$ref === 'string' ? [definition(part.$ref)] : []
    for (const other of [...inner, ...(Array.isArray(part.allOf) ? part.allOf : [])]) {
      if (isJsonObject(other) && !parts.includes(other)) parts.push(other)
    }
  }
  return parts
}

/** A part's own keywords, with the members that its conditions speak of. */
function ownOf(part: JsonObject): JsonObject {
  const own = Object.fromEntries(Object.entries(part).filter(([key]) => !COMPOSED.has(key)))
  const dependent = isJsonObject(part.dependentSchemas) ? Object.values(part.dependentSchemas) : []
  for (const conditional of [part.then, part.else, ...dependent]) {
    if (!isJsonObject(conditional) || !isJsonObject(conditional.properties)) continue
    const known = isJsonObject(own.properties) ? own.properties : {}
    own.properties = { ...conditional.properties, ...known }
  }
  return own
}
