import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'

/** The properties that a schema names, and what it says of all others. */
export interface KnownProperties {
  /** Property name → what each place says of it. */
  readonly properties: ReadonlyMap<string, readonly unknown[]>
  /** What `additionalProperties` says in each place that has it. */
  readonly others: readonly unknown[]
}

const MAX_NODES = 64

/** Which members an object of a schema may have, in any of its parts and alternatives. */
export function knownProperties(resolve: ResolveReference, schema: unknown): KnownProperties {
  const properties = new Map<string, unknown[]>()
  const others: unknown[] = []
  const stack = [schema]
  const seen = new Set<unknown>()
  for (let next = stack.pop(); next !== undefined && seen.size < MAX_NODES; next = stack.pop()) {
    const target = followReferences(resolve, next)
    if ('problem' in target || seen.has(target.value)) continue
    seen.add(target.value)
    const { properties: own, additionalProperties } = target.value
    for (const [name, property] of Object.entries(isJsonObject(own) ? own : {})) {
      properties.set(name, [...(properties.get(name) ?? []), property])
    }
    if (isJsonObject(additionalProperties)) others.push(additionalProperties)
    for (const keyword of ['allOf', 'anyOf', 'oneOf', 'then', 'else']) {
      stack.push(...[target.value[keyword] ?? []].flat())
    }
  }
  return { properties, others }
}
