import type { NamedArgument } from '../arguments/argument.ts'
import { plainText } from '../naming/plain-text.ts'
import { INVISIBLE } from '../naming/visible-text.ts'
import type { JsonObject } from '../tool.ts'
import type { SchemaConverter } from './convert-schema.ts'
import { mirroredHeaders } from './mirrored-headers.ts'

/**
 * The JSON Schema of a tool's arguments: always an object at the root without alternatives, closed, with only
 * the definitions that it uses.
 */
export function inputSchema(
  args: readonly NamedArgument[],
  converter: SchemaConverter,
  forModel: boolean,
): JsonObject {
  const properties = new Map(
    args.map(argument => [argument.argument, propertyOf(argument, converter, forModel)]),
  )
  for (const [argument, header] of forModel ? mirroredHeaders(args, properties) : []) {
    properties.set(argument, { ...properties.get(argument), 'x-mcp-header': header })
  }
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

const MAX_DESCRIPTION = 500

function propertyOf(argument: NamedArgument, converter: SchemaConverter, forModel: boolean): JsonObject {
  const converted = argument.schemas.map(schema => converter.convert(schema))
  const [only = {}] = converted
  const schema = converted.length === 1 ? only : { allOf: converted }
  if (!forModel) return schema
  const description = plainText(argument.notes.description, MAX_DESCRIPTION)
  const { example, deprecated } = argument.notes
  const shown = example === undefined || example === null ? undefined : JSON.stringify(example)
  const isShown = shown !== undefined && shown.length <= 200 && shown.search(INVISIBLE) === -1
  return {
    ...schema,
    ...(description === '' ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(isShown ? { examples: [example] } : {}),
  }
}
