import type { Notes } from '../arguments/compile-parameters.ts'
import { fieldOf } from '../arguments/parameter-content.ts'
import type { DocumentContext } from '../document/document-context.ts'
import type { ParameterPlan } from '../tool.ts'
import { type BodyContent, type BodySource, bodyArgument, WHOLE } from './body-source.ts'
import { knownProperties } from './known-properties.ts'
import { objectSchema } from './object-schema.ts'
import { splitBody } from './split-body.ts'
import { valueShape } from './value-shape.ts'

/**
 * A body that is a form (`application/x-www-form-urlencoded`, OpenAPI 3.1 "Encoding Object"): one argument per
 * field, or one that is an object of fields where their names are free or alternatives. A form that is left out and
 * an empty one are the same on the wire, so what it requires is required even where the body is optional.
 */
export function compileForm(context: DocumentContext, content: BodyContent, notes: Notes): BodySource {
  const { mediaType, media, schema, required, description } = content
  const fieldFor = (name: string, schemas: readonly unknown[]): ParameterPlan =>
    fieldOf(name, media.encoding) ?? fieldByDefault(context, name, schemas)
  const flat = splitBody(context, schema, notes)
  if (flat !== undefined) {
    const fields = [...flat.properties].map(([name, schemas]) => ({
      ...fieldFor(name, schemas),
      required: flat.required.has(name),
    }))
    const sources = [...flat.properties].map(([name, schemas]) =>
      bodyArgument(name, schemas, flat.required.has(name)),
    )
    return {
      sources,
      plan: argumentOf => ({
        kind: 'form',
        mediaType,
        fields: fields.map(field => Object.freeze({ ...field, argument: argumentOf(field.name) })),
        whole: undefined,
        others: undefined,
        required,
      }),
    }
  }
  const known = knownProperties(context.resolveReference, schema)
  return {
    sources: [
      bodyArgument(WHOLE, [objectSchema(context.resolveReference, schema)], required, { description }),
    ],
    plan: argumentOf => ({
      kind: 'form',
      mediaType,
      fields: [...known.properties].map(([name, schemas]) => Object.freeze(fieldFor(name, schemas))),
      whole: argumentOf(WHOLE),
      others: Object.freeze(fieldByDefault(context, '', known.others)),
      required,
    }),
  }
}

/**
 * How a field is written about which the document says nothing: lists repeat the name, what is nested is JSON
 * (OpenAPI 3.1 "Encoding Object", `contentType`). What may be either, or anything, has its members in brackets.
 */
function fieldByDefault(
  { resolveReference }: DocumentContext,
  name: string,
  schemas: readonly unknown[],
): ParameterPlan {
  const { objects, lists, scalars, nested } = valueShape(resolveReference, schemas)
  const isUnknown = !objects && !lists && !scalars
  const isMixed = scalars && (objects || nested)
  const json = (objects || nested) && !scalars
  const style = (isMixed || isUnknown) && !name.endsWith('[]') ? 'deepObject' : 'form'
  return { argument: name, name, style, explode: true, allowReserved: false, json, required: false }
}
