import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import { followReferences, type ResolveReference } from './resolve-reference.ts'

/**
 * An operation in which the entries of every `content` are media types, not references to them, which OpenAPI 3.2
 * has (`components.mediaTypes`). What can't be followed stays, and is a media type about which nothing is said.
 */
export function expandMediaTypes(operation: JsonObject, resolveReference: ResolveReference): JsonObject {
  const { parameters, requestBody, responses } = operation
  const expand = (value: unknown): unknown => expandContent(value, resolveReference)
  return {
    ...operation,
    ...(Array.isArray(parameters) ? { parameters: parameters.map(expand) } : {}),
    ...(requestBody === undefined ? {} : { requestBody: expand(requestBody) }),
    ...(isJsonObject(responses)
      ? { responses: Object.fromEntries(Object.entries(responses).map(([key, each]) => [key, expand(each)])) }
      : {}),
  }
}

/** The value as it is, reference or not, unless its `content` holds references. */
function expandContent(value: unknown, resolveReference: ResolveReference): unknown {
  const found = followReferences(resolveReference, value)
  if (!('value' in found) || !isJsonObject(found.value.content)) return value
  const entries = Object.entries(found.value.content)
  if (!entries.some(([, media]) => isJsonObject(media) && typeof media.$ref === 'string')) return value
  const content = Object.fromEntries(
    entries.map(([type, media]) => {
      const target = followReferences(resolveReference, media)
      return [type, 'value' in target ? target.value : media]
    }),
  )
  return { ...found.value, content }
}
