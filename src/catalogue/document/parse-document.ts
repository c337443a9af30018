import { parseDocument as parseYaml } from 'yaml'
import { PosternError } from '../../errors.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'

/** Deepest nesting that a document may have; real ones stay under 40. */
export const MAX_DEPTH = 512
/** How often the anchors of a YAML document may be expanded, nested ones multiplied. */
const MAX_ALIASES = 1_000

/**
 * Parses JSON or YAML into a tree that is safe to walk: no cycles, no `__proto__` keys, bounded depth.
 *
 * @param name - of the source, for messages
 * @throws PosternError `document_invalid`
 */
export function parseDocument(text: string, name: string): JsonObject {
  const value = /^\s*[{[]/.test(text) ? (fromJson(text) ?? fromYaml(text, name)) : fromYaml(text, name)
  if (!isJsonObject(value)) throw invalid(name, 'not an object')
  makeSafe(value, name)
  return value
}

/** Undefined where it is no JSON: YAML's flow style starts with the same characters. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fromYaml(text: string, name: string): unknown {
  let value: unknown
  try {
    // Checking keys for being unique takes a third of the time and would refuse documents for one slip.
    const document = parseYaml(text.replace(/^\uFEFF/, ''), {
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    })
    const [error] = document.errors
    if (error !== undefined) throw new Error(`line ${lineOf(text, error.pos[0])}: ${error.message}`)
    value = document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0]?.replace(/:$/, '') : 'unknown error'
    throw new PosternError('document_invalid', {
      message: `${name}: neither JSON nor YAML (${why}).`,
      cause,
    })
  }
  return value
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** Walks without recursion, every object once; a YAML alias may make the tree a graph. */
function makeSafe(root: JsonObject, name: string): void {
  const open = new Set<object>()
  const done = new Set<object>()
  const stack: object[] = [root]
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (done.has(node) || open.has(node)) {
      stack.pop()
      open.delete(node)
      done.add(node)
      continue
    }
    open.add(node)
    if (open.size > MAX_DEPTH) throw invalid(name, `nested deeper than ${MAX_DEPTH} levels`)
    if (Object.hasOwn(node, '__proto__')) Reflect.deleteProperty(node, '__proto__')
    for (const child of Object.values(node)) {
      if (typeof child !== 'object' || child === null || done.has(child)) continue
      if (open.has(child)) throw invalid(name, 'a YAML alias contains itself')
      stack.push(child)
    }
  }
}

function invalid(name: string, why: string): PosternError {
  return new PosternError('document_invalid', { message: `${name}: ${why}.` })
}
