import { isJsonMediaType } from '../document/json-media-type.ts'
import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** Types that a backend gives instead of JSON only to those who prefer them. */
const NEGOTIATED = /^(?:application|text)\/(?:[\w.+-]*(?:yaml|protobuf|xml|cbor|msgpack)[\w.+-]*)(?:;|$)/i

/**
 * The document's schema of what an operation answers when it succeeds; undefined where it may answer anything else
 * than one kind of JSON: no body in some cases, another media type, other schemas for other statuses. A tool must
 * not promise structured content then, since clients fail answers that lack it (MCP 2025-11-25 server/tools "Output
 * Schema").
 */
export function successSchema(operation: JsonObject, resolveReference: ResolveReference): unknown {
  const responses = isJsonObject(operation.responses) ? operation.responses : {}
  const found = new Map<string, unknown>()
  for (const [status, entry] of Object.entries(responses)) {
    if (!/^2(?:\d\d|XX)$/i.test(status)) continue
    const schema = schemaOf(entry, resolveReference)
    if (schema === undefined) return undefined
    found.set(JSON.stringify(schema), schema)
  }
  const [only, ...others] = found.values()
  return others.length === 0 ? only : undefined
}

function schemaOf(entry: unknown, resolveReference: ResolveReference): unknown {
  const found = followReferences(resolveReference, entry)
  if (!('value' in found) || !isJsonObject(found.value.content)) return undefined
  const types = Object.entries(found.value.content)
  const json = types.find(([type]) => isJsonMediaType(type))?.[1]
  if (!types.every(([type]) => isJsonMediaType(type) || NEGOTIATED.test(type))) return undefined
  return isJsonObject(json) ? json.schema : undefined
}
