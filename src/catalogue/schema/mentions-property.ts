import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'

/**
 * Whether a value of this schema may have a member of this name at its top, by what the schema says: in any
 * alternative, and in the items of a list at the top.
 */
export function mentionsProperty(resolveReference: ResolveReference, schema: unknown, name: string): boolean {
  const seen = new Set<unknown>()
  const stack = [schema]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node) || seen.has(node)) continue
    seen.add(node)
    if (isJsonObject(node.properties) && Object.hasOwn(node.properties, name)) return true
    if ([node.required].flat().includes(name)) return true
    if (typeof node.$ref === 'string') {
      const target = followReferences(resolveReference, node)
      if ('value' in target) stack.push(target.value)
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems', 'if', 'then', 'else']) {
      stack.push(...[node[keyword] ?? []].flat())
    }
  }
  return false
}
