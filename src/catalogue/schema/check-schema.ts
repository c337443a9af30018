import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { CompositionLoops } from './composition-loops.ts'
import { MAX_DEPTH } from './convert-schema.ts'
import type { ResolveDynamic } from './dynamic-anchors.ts'
import { subschemas } from './subschemas.ts'

/** Says what of a schema can't be represented; undefined where everything can. */
export type CheckSchema = (schema: unknown) => string | undefined

/**
 * A checker that follows everything a schema refers to and looks for what the converter can't represent and
 * so allows whatever it is: references that lead out of the document or nowhere, absurd nesting, schemas that say nothing but that they are themselves. What was found good once is not walked again,
 * so checking all operations of a document costs no more than its size.
 */
export function createSchemaChecker(
  resolveReference: ResolveReference,
  loops: CompositionLoops,
  resolveDynamic: ResolveDynamic,
): CheckSchema {
  const good = new WeakSet<object>()
  return schema => {
    const visited = new Set<JsonObject>()
    const queue: [schema: unknown, depth: number][] = [[schema, 0]]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [node, depth] = next
      if (!isJsonObject(node) || good.has(node) || visited.has(node)) continue
      visited.add(node)
      if (depth > MAX_DEPTH) return `a schema is nested deeper than ${MAX_DEPTH} levels`
      if (node.$dynamicRef !== undefined || node.$recursiveRef !== undefined) {
        const target = resolveDynamic(node)
        if (target === undefined) return 'a dynamic reference leads nowhere'
        queue.push([{ $ref: target }, depth + 1])
      }
      if (typeof node.$ref === 'string') {
        const found = resolveReference(node.$ref)
        if ('problem' in found) return found.problem
        if (!isJsonObject(found.value) && typeof found.value !== 'boolean') {
          return `the reference ${JSON.stringify(node.$ref)} does not lead to a schema`
        }
        if (isNothingButItself(node.$ref, found.value, loops)) {
          return 'a schema consists of itself, so that nothing can be told of it'
        }
        queue.push([found.value, 0])
      }
      for (const child of subschemas(node)) queue.push([child, depth + 1])
    }
    for (const node of visited) good.add(node)
    return undefined
  }
}

function isNothingButItself(reference: string, value: unknown, loops: CompositionLoops): boolean {
  const loop = loops.loopOf(reference)
  if (loop === undefined || !isJsonObject(value)) return false
  return typeof value.$ref === 'string' && loops.loopOf(value.$ref) === loop
}
