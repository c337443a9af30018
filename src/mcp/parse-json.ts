import { isAscii, isUtf8 } from 'node:buffer'
import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'

/** Deepest nesting of objects and arrays that is taken; everything behind the door may then walk recursively. */
export const MAX_DEPTH = 64

/**
 * Parses one message's bytes, strictly UTF-8 (MCP basic/transports "Messages").
 *
 * A member named `__proto__` is refused wherever it stands: `JSON.parse` makes it a harmless own property, but
 * one later assignment would turn it into a prototype.
 *
 * @throws PosternError `parse_error` for what is no JSON, `invalid_request` for what is too deep or poisoned.
 */
export function parseJson(bytes: Buffer): unknown {
  const isPlain = isAscii(bytes)
  if (!isPlain && !isUtf8(bytes))
    throw new PosternError('parse_error', { message: 'The message is not valid UTF-8.' })
  let value: unknown
  try {
    value = JSON.parse(bytes.toString(isPlain ? 'latin1' : 'utf8'))
  } catch {
    throw new PosternError('parse_error')
  }
  checkShape(value, 0)
  return value
}

function checkShape(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === MAX_DEPTH) {
    throw new PosternError('invalid_request', {
      message: `The message is nested more than ${MAX_DEPTH} levels deep.`,
    })
  }
  if (Array.isArray(value)) {
    for (const item of value) checkShape(item, depth + 1)
    return
  }
  const members = value as JsonObject
  for (const key in members) {
    if (key === '__proto__') {
      throw new PosternError('invalid_request', { message: 'A member may not be named "__proto__".' })
    }
    checkShape(members[key], depth + 1)
  }
}
