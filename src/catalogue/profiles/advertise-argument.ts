import type { NamedArgument } from '../arguments/argument.ts'
import { isJsonObject } from '../is-json-object.ts'
import { plainText } from '../naming/plain-text.ts'
import { hasInvisible } from '../naming/visible-text.ts'
import type { SchemaConverter } from '../schema/convert-schema.ts'
import type { JsonObject } from '../tool.ts'

/** An argument with its schema as `SchemaConverter` converts it for the model, notes of the parameter included. */
export interface AdvertisedArgument
  extends Pick<NamedArgument, 'argument' | 'required' | 'wire' | 'schemas' | 'notes'> {
  readonly schema: JsonObject
}

/** Gives an argument its schema. */
export type AdvertiseArgument = (argument: NamedArgument) => AdvertisedArgument

/** A schema, and what a parameter said about its argument besides. */
interface Known {
  readonly description: unknown
  readonly example: unknown
  readonly deprecated: unknown
  readonly schema: JsonObject
}

const DESCRIPTION = 500
const EXAMPLE = 200
/** How many parameters that say different things of one schema are remembered. */
const MAX_KNOWN = 8

/**
 * Makes what puts an argument's schema, and what the parameter itself says of it, into one schema. Documents have the
 * same parameters and members hundreds of times over: those get the same object, and so are also rendered once.
 */
export function createArgumentAdvertiser(converter: SchemaConverter): AdvertiseArgument {
  const known = new WeakMap<JsonObject, Known[]>()
  const schemaOf = (argument: NamedArgument): JsonObject => {
    const [only, ...others] = argument.schemas
    if (!isJsonObject(only) || others.length > 0) return compose(argument, converter)
    const { description, example, deprecated } = argument.notes
    const before = known.get(only) ?? []
    const same = before.find(
      each => each.description === description && each.example === example && each.deprecated === deprecated,
    )
    if (same !== undefined) return same.schema
    const schema = compose(argument, converter)
    if (before.length < MAX_KNOWN) known.set(only, [...before, { description, example, deprecated, schema }])
    return schema
  }
  return argument => {
    const { argument: name, required, wire, schemas, notes } = argument
    return { argument: name, required, wire, schemas, notes, schema: schemaOf(argument) }
  }
}

function compose(argument: NamedArgument, converter: SchemaConverter): JsonObject {
  const converted = argument.schemas.map(schema => converter.convert(schema))
  const [only = {}] = converted
  const description = plainText(argument.notes.description, DESCRIPTION)
  const { example, deprecated } = argument.notes
  const shown = example === undefined || example === null ? undefined : JSON.stringify(example)
  const isShown = shown !== undefined && shown.length <= EXAMPLE && !hasInvisible(shown)
  const notes = {
    ...(description === '' ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(isShown ? { examples: [example] } : {}),
  }
  return converted.length === 1 ? { ...only, ...notes } : { ...notes, allOf: converted }
}
