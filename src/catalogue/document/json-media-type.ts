import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

const JSON_TYPE = /^(?:application|text)\/(?:[\w.!#$&^-]+\+)?json(?:\s*;\s*[\w-]+=[\w."-]+)*$/i

/** Whether a media type is written as JSON: `application/json`, `application/vnd.acme+json; charset=utf-8`. */
export function isJsonMediaType(type: string): boolean {
  return JSON_TYPE.test(type) && !/json-seq|ndjson|jsonl/i.test(type)
}

/**
 * The entry of an OpenAPI `content` map to send as JSON: plain JSON, else a merge patch, else another JSON type,
 * else a wildcard, which takes JSON too. Undefined where there is none.
 */
export function jsonContent(content: unknown): { mediaType: string; value: JsonObject } | undefined {
  if (!isJsonObject(content)) return undefined
  const types = Object.keys(content).sort((a, b) => rank(a) - rank(b))
  const [best] = types
  if (best === undefined || rank(best) === NONE) return undefined
  const value = content[best]
  const mediaType = best.includes('*') ? 'application/json' : best
  return { mediaType, value: isJsonObject(value) ? value : {} }
}

const NONE = 9

function rank(type: string): number {
  const plain = type.toLowerCase().replace(/\s*;.*$/, '')
  if (plain === 'application/json') return 0
  if (plain === 'application/merge-patch+json') return 1
  if (plain === 'application/json-patch+json') return 3
  if (isJsonMediaType(type)) return 2
  return plain === '*/*' || plain === 'application/*' ? 4 : NONE
}
