import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** What keeps a value of a type from being empty. */
const LEAST: Readonly<Record<string, string>> = { array: 'minItems', object: 'minProperties' }

/**
 * The schema of a path parameter, saying of a list or object that it is not empty: that would leave its place in the
 * path empty, which is another path. (No model gives an empty text there; it is refused too, but each definition
 * would have to pay for saying so.) The same object for the same schema, as documents repeat them and what is made of
 * each is shared.
 */
export function pathSchema(schema: unknown, resolveReference: ResolveReference): unknown {
  if (!isJsonObject(schema)) return schema
  const known = made.get(schema)
  if (known !== undefined) return known
  const found = followReferences(resolveReference, schema)
  const isWhole = schema.$ref === undefined || Object.keys(schema).length === 1
  const bounded = isWhole && 'value' in found ? withLeast(found.value) : undefined
  made.set(schema, bounded ?? schema)
  return bounded ?? schema
}

const made = new WeakMap<JsonObject, JsonObject>()

function withLeast(schema: JsonObject): JsonObject | undefined {
  const least = LEAST[String(schema.type)]
  if (least === undefined) return undefined
  const said = schema[least]
  return typeof said === 'number' && said >= 1 ? undefined : { ...schema, [least]: 1 }
}
