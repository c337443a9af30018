import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { flattenObject } from '../schema/flatten-object.ts'
import type { JsonObject, ParameterPlan } from '../tool.ts'
import type { ArgumentSource } from './argument.ts'
import { fieldOf, readContent, schemaOf } from './parameter-content.ts'

/**
 * The arguments of a parameter that is the whole query (OpenAPI 3.2 `in: querystring`). A form of an object with
 * known properties becomes one query argument per property, so that it can be bound and checked like any other;
 * everything else is one argument.
 */
export function querystringSources(
  context: DocumentContext,
  parameter: JsonObject,
  required: boolean,
): readonly ArgumentSource[] {
  const name = String(parameter.name)
  const content = readContent(parameter)
  const flat = content?.kind === 'form' ? flattenObject(context.resolveReference, content.schema) : undefined
  if (flat !== undefined && (required || flat.required.size === 0)) {
    const encoding = encodingOf(parameter)
    return [...flat.properties].map(([wire, schemas]) => {
      const isRequired = flat.required.has(wire)
      const plan = {
        ...(fieldOf(wire, encoding) ?? fieldByDefault(context, wire, schemas)),
        required: isRequired,
      }
      return { location: 'query', wire, required: isRequired, schemas, notes: {}, plan }
    })
  }
  const plan = {
    name,
    style: 'form',
    explode: true,
    allowReserved: false,
    json: content?.kind === 'json',
    ...(content?.kind === 'form' ? { form: content.fields } : {}),
    isWholeQuery: true,
    required,
  } as const
  const notes = { description: parameter.description, 'x-sensitive': parameter['x-sensitive'] }
  const schemas = [schemaOf(context, parameter)]
  return [{ location: 'querystring', wire: name, required, schemas, notes, plan }]
}

function encodingOf({ content }: JsonObject): unknown {
  const [media] = isJsonObject(content)
    ? Object.entries(content).filter(([type]) => /x-www-form-urlencoded/i.test(type))
    : []
  return isJsonObject(media?.[1]) ? media[1].encoding : undefined
}

/** Lists repeat the name; what is nested is JSON (OpenAPI 3.1 "Encoding Object", `contentType`). */
function fieldByDefault(context: DocumentContext, name: string, schemas: readonly unknown[]): ParameterPlan {
  const json = schemas.some(schema => {
    const found = followReferences(context.resolveReference, schema)
    return 'value' in found && (found.value.type === 'object' || found.value.properties !== undefined)
  })
  return { argument: name, name, style: 'form', explode: true, allowReserved: false, json, required: false }
}
