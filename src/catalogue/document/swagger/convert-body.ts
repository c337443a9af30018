import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject } from '../../tool.ts'
import { isNestedList, listStyle, nestedListDescription, valueSchema } from './convert-parameter.ts'

const FORM = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data'

/** The request body that a `body` parameter of 2.0 is, in every media type that the operation consumes. */
export function convertBodyParameter(parameter: JsonObject, consumes: readonly string[]): JsonObject {
  const { description, required, schema = {}, 'x-example': example, 'x-examples': examples } = parameter
  const types = consumes.length === 0 ? ['application/json'] : consumes
  const content = Object.fromEntries(
    types.map(type => {
      const own = isJsonObject(examples) ? examples[type] : undefined
      return [type, { schema, ...((own ?? example) === undefined ? {} : { example: own ?? example }) }]
    }),
  )
  return { ...(description === undefined ? {} : { description }), required: required === true, content }
}

/**
 * The request body that `formData` parameters of 2.0 make: an object with one property per parameter. With a file
 * among them it is multipart; otherwise what the operation consumes, or URL-encoded.
 */
export function convertFormParameters(
  fields: readonly JsonObject[],
  consumes: readonly string[],
): JsonObject {
  const properties: [string, JsonObject][] = []
  const encoding: [string, JsonObject][] = []
  for (const field of fields) {
    const name = String(field.name)
    const isNested = isNestedList(field)
    const byHand = { type: 'string', description: nestedListDescription(field.description) }
    properties.push([name, isNested ? byHand : fieldSchema(field)])
    const style = isNested ? undefined : listStyle(field)
    if (style !== undefined) encoding.push([name, { ...style }])
  }
  const required = fields.filter(field => field.required === true).map(field => String(field.name))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  }
  const media = { schema, ...(encoding.length === 0 ? {} : { encoding: Object.fromEntries(encoding) }) }
  const content = Object.fromEntries(typesOf(fields, consumes).map(type => [type, media]))
  return { required: required.length > 0, content }
}

function typesOf(fields: readonly JsonObject[], consumes: readonly string[]): readonly string[] {
  if (fields.some(field => field.type === 'file')) return [MULTIPART]
  const forms = consumes.filter(type => /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(type))
  return forms.length === 0 ? [FORM] : forms
}

function fieldSchema(field: JsonObject): JsonObject {
  const { description, 'x-example': example } = field
  return {
    ...valueSchema(field),
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...Object.fromEntries(
      Object.entries(field).filter(([key]) => key.startsWith('x-') && key !== 'x-example'),
    ),
  }
}
