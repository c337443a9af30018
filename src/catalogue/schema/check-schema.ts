import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
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
    const visited = new Set<JsonObject>()
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
    if (hasLoop(visited, resolveReference))
      return 'a schema consists of itself, so that nothing can be told of it'
    for (const node of visited) good.add(node)
    return undefined
  }
}

/**
 * Whether a schema leads back to itself without going down into the value (`A: { $ref: A }`, or through `allOf`):
 * checking any value against it would never end. Depth first, without recursion.
 */
function hasLoop(schemas: Iterable<JsonObject>, resolveReference: ResolveReference): boolean {
  const open = new Set<object>()
  const done = new Set<object>()
  const stack: JsonObject[] = [...schemas]
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (open.has(node) || done.has(node)) {
      stack.pop()
      open.delete(node)
      done.add(node)
      continue
    }
    open.add(node)
    for (const child of besides(node, resolveReference)) {
      if (open.has(child)) return true
      if (!done.has(child)) stack.push(child)
    }
  }
  return false
}

/** The schemas that apply to the same value as this one. */
function besides(schema: JsonObject, resolveReference: ResolveReference): readonly JsonObject[] {
  const found = typeof schema.$ref === 'string' ? resolveReference(schema.$ref) : undefined
  const target = found !== undefined && 'value' in found ? found.value : undefined
  const { allOf, anyOf, oneOf, not, if: condition, dependentSchemas } = schema
  const dependent = isJsonObject(dependentSchemas) ? Object.values(dependentSchemas) : []
  const all = [target, allOf, anyOf, oneOf, not, condition, schema.then, schema.else, dependent]
  return all.flat().filter(isJsonObject)
}
