import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { Convert, KeywordOptions } from './convert-keywords.ts'
import { type Discriminator, readDiscriminator } from './discriminated-types.ts'

/**
 * Converts `allOf`, `anyOf` and `oneOf`, with what `discriminator` says about them (OpenAPI 3.1 "Discriminator
 * Object"). The model is told the discriminating value of each alternative; where the document lists no
 * alternatives, the types that extend the schema are.
 *
 * Arguments are checked against `oneOf` as if it were `anyOf`. Documents say `oneOf` for any choice, also between
 * schemas that ordinary values fit several of; none of these could ever be sent if one had to be the only one. With a
 * discriminator, answers are, too: it decides between them, not that exactly one fits.
 *
 * @param convert - converts what applies to the same value as the schema
 */
export function convertAlternatives(
  schema: JsonObject,
  out: JsonObject,
  depth: number,
  options: KeywordOptions,
  convert: Convert,
): void {
  const discriminator = readDiscriminator(schema)
  const { forModel, direction } = options
  const isAnyEnough = !forModel && (direction === 'input' || discriminator !== undefined)
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const list = schema[keyword]
    if (!Array.isArray(list) || list.length === 0) continue
    const converted = list.map(item => convert(item, depth + 1))
    if (keyword !== 'allOf' && forModel && discriminator !== undefined) {
      out[keyword] = list.map((item, index) => pin(item, converted[index] ?? {}, discriminator, options))
    } else if (keyword !== 'oneOf' || !isAnyEnough) out[keyword] = converted
    else if (out.anyOf === undefined) out.anyOf = converted
    else out.allOf = [...(Array.isArray(out.allOf) ? out.allOf : []), { anyOf: converted }]
  }
  if (discriminator === undefined || !forModel) return
  const subtypes = options.findSubtypes(schema)
  if (subtypes.length === 0) return
  out.oneOf = subtypes.map(({ reference, value }) => {
    const item = { $ref: reference }
    const known = { property: discriminator.property, valueFor: () => value }
    return pin(item, convert(item, depth + 1), known, options)
  })
}

/** An alternative with its discriminating value, unless its schema says it already. */
function pin(
  item: unknown,
  converted: JsonObject,
  { property, valueFor }: Discriminator,
  { resolveReference }: KeywordOptions,
): JsonObject {
  if (!isJsonObject(item) || typeof item.$ref !== 'string') return converted
  const found = followReferences(resolveReference, item)
  const properties = 'value' in found && isJsonObject(found.value.properties) ? found.value.properties : {}
  const own = Object.hasOwn(properties, property) ? properties[property] : undefined
  if (isJsonObject(own) && (own.enum !== undefined || own.const !== undefined)) return converted
  const known = { [property]: { type: 'string', enum: [valueFor(item.$ref)] } }
  return { allOf: [converted, { type: 'object', properties: known, required: [property] }] }
}
