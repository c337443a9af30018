import { isJsonObject } from './is-json-object.ts'
import type { ResolveReference } from './resolve-reference.ts'
import { subschemas } from './subschemas.ts'

/** Says why a schema can't be compiled; undefined if it can. */
export type CheckSchema = (schema: unknown) => string | undefined

/** Deepest nesting within one schema, references not counted. */
const MAX_NESTING = 64

/**
 * A checker that follows everything a schema refers to and looks for what can't be represented: references
 * that lead out of the document or nowhere, dynamic references, and absurd nesting. What was found good once
 * is not walked again, so checking all operations of a document costs no more than its size.
 */
export function createSchemaChecker(resolveReference: ResolveReference): CheckSchema {
  const good = new Set<object>()
  return schema => {
    const visited = new Set<object>()
    const queue: [schema: unknown, depth: number][] = [[schema, 0]]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [node, depth] = next
      if (!isJsonObject(node) || good.has(node) || visited.has(node)) continue
      visited.add(node)
      if (depth > MAX_NESTING) return `a schema is nested deeper than ${MAX_NESTING} levels`
      if (node.$dynamicRef !== undefined || node.$recursiveRef !== undefined) {
        return 'a schema uses a dynamic reference'
      }
      if (typeof node.$ref === 'string') {
        const found = resolveReference(node.$ref)
        if ('problem' in found) return found.problem
        if (!isJsonObject(found.value) && typeof found.value !== 'boolean') {
          return `the reference ${JSON.stringify(node.$ref)} does not lead to a schema`
        }
        queue.push([found.value, 0])
      }
      for (const child of subschemas(node)) queue.push([child, depth + 1])
    }
    for (const node of visited) good.add(node)
    return undefined
  }
}
