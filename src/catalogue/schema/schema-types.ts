import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])
const HINTS: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'additionalProperties', 'patternProperties', 'minProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['pattern', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'multipleOf']],
]

/**
 * The JSON types that a schema names; with `infer`, those that its other keywords mean where it names none.
 * Types that JSON Schema does not have (`file`, `any`) are left out.
 */
export function typesOf(schema: JsonObject, infer: boolean): readonly string[] {
  const named = [schema.type].flat().filter(type => typeof type === 'string' && TYPES.has(type))
  if (named.length > 0) return [...new Set(named)] as string[]
  // Swagger 2.0's type for what is uploaded.
  if (infer && schema.type === 'file') return ['string']
  if (!infer || schema.type !== undefined) return []
  if (schema.allOf !== undefined || schema.anyOf !== undefined || schema.oneOf !== undefined) return []
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  if (Array.isArray(values) && values.length > 0) return [...new Set(values.map(typeOfValue))]
  if (Array.isArray(schema.required)) return ['object']
  for (const [type, keywords] of HINTS) {
    if (keywords.some(keyword => schema[keyword] !== undefined)) return [type]
  }
  return typeof schema.format === 'string' ? typeOfFormat(schema.format) : []
}

function typeOfFormat(format: string): readonly string[] {
  if (/^(?:int32|int64)$/.test(format)) return ['integer']
  if (/^(?:float|double)$/.test(format)) return ['number']
  return /^(?:date|date-time|time|uuid|uri|email|hostname|ipv[46]|byte|binary|password)$/.test(format)
    ? ['string']
    : []
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (isJsonObject(value)) return 'object'
  return typeof value
}
