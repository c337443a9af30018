import { isJsonObject } from '../is-json-object.ts'

/** Deepest nesting that a document may have; real ones stay under 40. */
export const MAX_DEPTH = 512

/** What the walk found, or why the tree is refused. */
export type Safety =
  | {
      readonly problem: undefined
      /** Whether anything may refer to more than a place of this tree, by name: see {@link isTelling}. */
      readonly refersByName: boolean
    }
  | { readonly problem: string }

/**
 * Makes a parsed tree safe to walk, in one pass without recursion: takes `__proto__` keys out, refuses what is
 * nested too deeply. Trees of JSON share nothing; in those of YAML an alias may make a value contain itself, or a
 * few lines stand for billions of values.
 *
 * @param maxLength - of the whole in characters, roughly, with every alias written out; undefined for JSON
 */
export function makeSafe(root: object, maxLength?: number): Safety {
  return maxLength === undefined ? makeTreeSafe(root) : makeGraphSafe(root, maxLength)
}

function makeTreeSafe(root: object): Safety {
  let refersByName = false
  const nodes: object[] = [root]
  const depths: number[] = [1]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const depth = depths.pop() ?? 0
    if (depth > MAX_DEPTH) return tooDeep()
    if (Array.isArray(node)) {
      for (const child of node) {
        if (typeof child !== 'object' || child === null) continue
        nodes.push(child)
        depths.push(depth + 1)
      }
      continue
    }
    if (!isJsonObject(node)) continue
    for (const key in node) {
      const child = node[key]
      if (key === '__proto__') Reflect.deleteProperty(node, key)
      else if (typeof child === 'object' && child !== null) {
        nodes.push(child)
        depths.push(depth + 1)
      } else if (!refersByName && isTelling(key, child)) refersByName = true
    }
  }
  return { problem: undefined, refersByName }
}

/** Post-order: a node's length, aliases written out, is known once all of its children's are. */
function makeGraphSafe(root: object, maxLength: number): Safety {
  let refersByName = false
  const lengths = new Map<object, number>()
  const open = new Set<object>()
  const stack: object[] = [root]
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (open.delete(node)) {
      stack.pop()
      const length = lengthOf(node, lengths)
      if (length > maxLength)
        return { problem: 'its YAML aliases stand for far more than the document’s own length' }
      lengths.set(node, length)
      continue
    }
    if (lengths.has(node)) {
      stack.pop()
      continue
    }
    open.add(node)
    if (open.size > MAX_DEPTH) return tooDeep()
    if (Object.hasOwn(node, '__proto__')) Reflect.deleteProperty(node, '__proto__')
    for (const [key, child] of Object.entries(node)) {
      if (typeof child !== 'object' || child === null) {
        if (!refersByName && isTelling(key, child)) refersByName = true
      } else if (open.has(child)) return { problem: 'a YAML alias contains itself' }
      else if (!lengths.has(child)) stack.push(child)
    }
  }
  return { problem: undefined, refersByName }
}

function lengthOf(node: object, lengths: ReadonlyMap<object, number>): number {
  let length = 2
  for (const [key, child] of Object.entries(node)) {
    length += key.length + 4
    if (typeof child === 'string') length += child.length
    else if (typeof child === 'object' && child !== null) length += lengths.get(child) ?? 0
  }
  return length
}

/** Whether a member may be a reference to another file or to an `$id`, or may give its surroundings a name. */
function isTelling(key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false
  return key === '$ref' ? !value.startsWith('#') : key === '$id' || key === '$self'
}

function tooDeep(): Safety {
  return { problem: `nested deeper than ${MAX_DEPTH} levels` }
}
