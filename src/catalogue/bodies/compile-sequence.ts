import type { DocumentContext } from '../document/document-context.ts'
import { followReferences } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject, PartPlan } from '../tool.ts'
import { type BodyContent, type BodySource, bodyArgument, WHOLE } from './body-source.ts'
import { compilePart } from './compile-part.ts'

/**
 * A multipart body whose parts have a place instead of a name (OpenAPI 3.2 `itemSchema`, `prefixEncoding` and
 * `itemEncoding`): one argument, a list. Undefined for an object, whose parts have names.
 */
export function compileSequence(context: DocumentContext, content: BodyContent): BodySource | undefined {
  const { mediaType, media, required, description } = content
  const schema = listSchema(context, content)
  if (schema === undefined) return undefined
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  const encodings = Array.isArray(media.prefixEncoding) ? media.prefixEncoding : []
  const count = Math.min(Math.max(first.length, encodings.length), MAX_PREFIX)
  const prefix = Array.from({ length: count }, (_, index) =>
    partOf(context, first[index] ?? schema.items ?? {}, encodings[index] ?? media.itemEncoding),
  )
  const rest = schema.items === false ? undefined : partOf(context, schema.items ?? {}, media.itemEncoding)
  return {
    sources: [bodyArgument(WHOLE, [schema], required, { description })],
    plan: argumentOf =>
      ({
        kind: 'sequence',
        mediaType,
        argument: argumentOf(WHOLE),
        prefix: Object.freeze(prefix),
        rest,
      }) as const,
  }
}

const MAX_PREFIX = 64

function partOf(context: DocumentContext, schema: unknown, encoding: unknown): PartPlan {
  const { plan } = compilePart(context, '', [schema], encoding)
  return Object.freeze({ ...plan, argument: '', field: undefined, repeated: false })
}

/** The schema of the list of parts; undefined where the body is described as an object of named ones. */
function listSchema(
  { resolveReference }: DocumentContext,
  { mediaType, media, schema }: BodyContent,
): JsonObject | undefined {
  const found = followReferences(resolveReference, schema)
  const own = 'value' in found ? found.value : {}
  const isList = own.type === 'array' || isJsonObject(own.items) || Array.isArray(own.prefixItems)
  if (isJsonObject(media.itemSchema)) {
    return { ...(isList ? own : {}), type: 'array', items: media.itemSchema }
  }
  if (/^multipart\/form-data\b/i.test(mediaType)) return undefined
  if (isList) return { ...own, type: 'array' }
  const isNamed = [own.type].flat().includes('object') || NAMED.some(keyword => own[keyword] !== undefined)
  return isNamed ? undefined : { type: 'array', items: own.type === 'string' ? own : {} }
}

const NAMED = ['properties', 'additionalProperties', 'allOf', 'anyOf', 'oneOf']
