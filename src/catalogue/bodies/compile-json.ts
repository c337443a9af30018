import type { Notes } from '../arguments/compile-parameters.ts'
import { essenceOf, isRange } from '../document/body-media-type.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { FlatObject } from '../schema/flatten-object.ts'
import type { JsonObject } from '../tool.ts'
import { type BodyContent, type BodySource, bodyArgument, WHOLE } from './body-source.ts'
import { splitBody } from './split-body.ts'

/**
 * A JSON body: an object with known properties becomes one argument per property, anything else one argument `body`.
 * An optional body whose object requires properties stays one argument, since leaving it out is not the same as
 * leaving a property out.
 */
export function compileJson(context: DocumentContext, content: BodyContent, notes: Notes): BodySource {
  const { required, description } = content
  const mediaType = isRange(content.mediaType) ? 'application/json' : content.mediaType
  const schema = isPatch(context, content) ? PATCH : content.schema
  const before = notes.remarks.length
  const flat = splitBody(context, schema, notes)
  const isWithoutCredential = notes.remarks.length > before
  if (flat !== undefined && (required || flat.required.size === 0)) {
    return {
      sources: [...flat.properties].map(([wire, schemas]) =>
        bodyArgument(wire, schemas, flat.required.has(wire)),
      ),
      plan: argumentOf => ({
        kind: 'properties',
        mediaType,
        properties: new Map([...flat.properties.keys()].map(wire => [wire, argumentOf(wire)])),
        required,
      }),
    }
  }
  return {
    sources: [
      bodyArgument(WHOLE, [flat && isWithoutCredential ? closedObject(flat) : schema], required, {
        description,
      }),
    ],
    plan: argumentOf => ({ kind: 'argument', mediaType, encoding: 'json', argument: argumentOf(WHOLE) }),
  }
}

/** The schema of an object that has these properties and no others: not the credential that was among them. */
function closedObject({ properties, required }: FlatObject): JsonObject {
  const inner = [...properties].map(([name, schemas]) => [
    name,
    schemas.length === 1 ? schemas[0] : { allOf: schemas },
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(inner),
    ...(required.size > 0 ? { required: [...required] } : {}),
    additionalProperties: false,
  }
}

/** A body with one JSON value per line: one argument, a list. */
export function compileJsonLines({ resolveReference }: DocumentContext, content: BodyContent): BodySource {
  const { mediaType, media, required, description } = content
  const found = followReferences(resolveReference, content.schema)
  const isList = 'value' in found && (found.value.type === 'array' || found.value.items !== undefined)
  const line = media.itemSchema ?? content.schema
  const schema = isList && media.itemSchema === undefined ? content.schema : { type: 'array', items: line }
  return {
    sources: [bodyArgument(WHOLE, [schema], required, { description })],
    plan: argumentOf => ({ kind: 'argument', mediaType, encoding: 'jsonLines', argument: argumentOf(WHOLE) }),
  }
}

/** Whether the body is a JSON Patch whose schema does not say so: it is empty, or some object's. */
function isPatch({ resolveReference }: DocumentContext, { mediaType, schema }: BodyContent): boolean {
  if (essenceOf(mediaType) !== 'application/json-patch+json') return false
  const found = followReferences(resolveReference, schema)
  if ('problem' in found) return true
  const { type, items } = found.value
  if (type === 'array' || isJsonObject(items)) return false
  return type === 'object' || Object.keys(found.value).every(key => PLAIN.has(key))
}

const PLAIN = new Set(['properties', 'additionalProperties', 'title', 'description', 'example', 'required'])

/** RFC 6902. */
const PATCH = Object.freeze({
  type: 'array',
  description: 'JSON Patch (RFC 6902): operations that are applied in order.',
  items: {
    type: 'object',
    required: ['op', 'path'],
    properties: {
      op: { type: 'string', enum: ['add', 'remove', 'replace', 'move', 'copy', 'test'] },
      path: { type: 'string', description: 'JSON Pointer, such as /name or /items/0.' },
      from: { type: 'string', description: 'JSON Pointer to move or copy from.' },
      value: { description: 'For add, replace and test: any JSON value.' },
    },
  },
})
