import { isJsonObject } from '../is-json-object.ts'

/** Keywords whose value is one schema. */
export const SCHEMA_KEYWORDS = [
  'items',
  'additionalProperties',
  'not',
  'contains',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
  'if',
  'then',
  'else',
] as const

/** Keywords whose value is a list of schemas. */
export const SCHEMA_LIST_KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const

/** Keywords whose value maps names to schemas. */
export const SCHEMA_MAP_KEYWORDS = ['properties', 'patternProperties', 'dependentSchemas'] as const

/**
 * The schemas directly inside a schema (JSON Schema 2020-12 applicators, and `items` as a list as older drafts
 * have it). What only looks like a schema is none: `example`, `default`, `enum`, `const`, extensions.
 */
export function* subschemas(schema: unknown): Generator<unknown> {
  if (!isJsonObject(schema)) return
  for (const keyword of SCHEMA_KEYWORDS) {
    const value = schema[keyword]
    if (isJsonObject(value)) yield value
    else if (keyword === 'items' && Array.isArray(value)) yield* value
  }
  for (const keyword of SCHEMA_LIST_KEYWORDS) {
    const list = schema[keyword]
    if (Array.isArray(list)) yield* list
  }
  for (const keyword of SCHEMA_MAP_KEYWORDS) {
    const map = schema[keyword]
    if (isJsonObject(map)) yield* Object.values(map)
  }
}
