import type { JsonObject } from '../tool.ts'

const COUNTS = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
]
const FORMAT = /^[\w.-]{1,40}$/
const MAX_PATTERN = 200

/**
 * Copies bounds, formats and patterns. Boolean `exclusiveMinimum` (3.0) becomes a number. For the model, what
 * is no short plain format or pattern leaves; arguments are still checked against it.
 */
export function convertLimits(schema: JsonObject, out: JsonObject, forModel: boolean): void {
  for (const count of COUNTS) {
    const value = schema[count]
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) out[count] = value
  }
  convertBound(schema, out, 'minimum', 'exclusiveMinimum')
  convertBound(schema, out, 'maximum', 'exclusiveMaximum')
  const { multipleOf, uniqueItems, format, pattern } = schema
  if (typeof multipleOf === 'number' && Number.isFinite(multipleOf) && multipleOf > 0)
    out.multipleOf = multipleOf
  if (uniqueItems === true) out.uniqueItems = true
  if (typeof format === 'string' && (!forModel || FORMAT.test(format))) out.format = format
  if (typeof pattern === 'string' && isUsable(pattern, forModel)) out.pattern = pattern
}

function convertBound(schema: JsonObject, out: JsonObject, inclusive: string, exclusive: string): void {
  const bound = schema[inclusive]
  const strict = schema[exclusive]
  if (typeof strict === 'number') out[exclusive] = strict
  if (typeof bound === 'number') out[strict === true ? exclusive : inclusive] = bound
}

function isUsable(pattern: string, forModel: boolean): boolean {
  if (forModel && pattern.length > MAX_PATTERN) return false
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return !forModel && isLegacyPattern(pattern)
  }
}

/** Escapes such as `\-` outside a class are errors in Unicode mode and harmless without. */
function isLegacyPattern(pattern: string): boolean {
  try {
    new RegExp(pattern)
    return true
  } catch {
    return false
  }
}
