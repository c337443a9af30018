import type { NamedArgument } from '../arguments/argument.ts'
import type { JsonObject } from '../tool.ts'
import type { SchemaConverter } from './convert-schema.ts'

/**
 * The JSON Schema that a tool's arguments are checked against: a closed object with exactly what the document
 * says of each, and only the definitions that it uses.
 */
export function inputSchema(args: readonly NamedArgument[], converter: SchemaConverter): JsonObject {
  const properties = new Map(args.map(argument => [argument.argument, propertyOf(argument, converter)]))
  const required = args.filter(argument => argument.required).map(argument => argument.argument)
  const definitions = converter.definitionsFor([...properties.values()])
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  }
}

function propertyOf({ schemas }: NamedArgument, converter: SchemaConverter): JsonObject {
  const converted = schemas.map(schema => converter.convert(schema))
  const [only = {}] = converted
  return converted.length === 1 ? only : { allOf: converted }
}
