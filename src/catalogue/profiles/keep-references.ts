import { isJsonObject } from '../is-json-object.ts'
import { SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS } from '../schema/subschemas.ts'
import type { JsonObject } from '../tool.ts'
import { safeKey } from './safe-keys.ts'

/** A schema as it is, references and all, but for keys that are not safe. */
export type RewriteSchema = (schema: JsonObject) => JsonObject

/**
 * Makes a rewriter for clients that take any schema as long as the keys of properties are safe. What needs no change
 * stays the same object; answers are remembered. Schemas are nested at most as deep as the converter lets them be.
 */
export function createKeyRewriter(): RewriteSchema {
  const known = new WeakMap<JsonObject, JsonObject>()
  const rewrite = (schema: JsonObject): JsonObject => {
    const found = known.get(schema)
    if (found !== undefined) return found
    const out: JsonObject = {}
    let isChanged = false
    for (const [keyword, value] of Object.entries(schema)) {
      const changed = rewriteKeyword(keyword, value, rewrite)
      isChanged ||= changed !== value
      out[keyword] = changed
    }
    const result = isChanged ? out : schema
    known.set(schema, result)
    return result
  }
  return rewrite
}

const ONE: ReadonlySet<string> = new Set(SCHEMA_KEYWORDS)
const LISTS: ReadonlySet<string> = new Set(SCHEMA_LIST_KEYWORDS)

function rewriteKeyword(keyword: string, value: unknown, rewrite: RewriteSchema): unknown {
  if (ONE.has(keyword)) return isJsonObject(value) ? rewrite(value) : value
  if (LISTS.has(keyword)) return Array.isArray(value) ? rewriteList(value, rewrite) : value
  if (keyword === 'required' && Array.isArray(value))
    return same(
      value,
      value.map(key => safeKey(String(key))),
    )
  const isMap = keyword === 'properties' || keyword === 'patternProperties' || keyword === 'dependentSchemas'
  if (!isMap || !isJsonObject(value)) return value
  const entries = Object.entries(value)
  const changed = entries.map(([key, inner]) => [
    keyword === 'patternProperties' ? key : safeKey(key),
    isJsonObject(inner) ? rewrite(inner) : inner,
  ])
  const isSame = entries.every(([key, inner], index) => {
    return changed[index]?.[0] === key && changed[index]?.[1] === inner
  })
  return isSame ? value : Object.fromEntries(changed)
}

function rewriteList(list: readonly unknown[], rewrite: RewriteSchema): readonly unknown[] {
  return same(
    list,
    list.map(inner => (isJsonObject(inner) ? rewrite(inner) : inner)),
  )
}

function same(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after
}
