import { followReferences, type ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { typesOf } from '../schema/schema-types.ts'

/** What kinds of values schemas allow, as far as writing them into a form is concerned. */
export interface ValueShape {
  readonly objects: boolean
  readonly lists: boolean
  /** Texts, numbers and booleans. */
  readonly scalars: boolean
  /** Whether lists may hold more than scalars. */
  readonly nested: boolean
}

const MAX_NODES = 64

/**
 * Which kinds of values schemas allow, in any alternative; null aside, which forms can't say. All false where they
 * say nothing.
 */
export function valueShape(resolve: ResolveReference, schemas: readonly unknown[]): ValueShape {
  const shape = { objects: false, lists: false, scalars: false, nested: false }
  const stack: (readonly [schema: unknown, inList: boolean])[] = schemas.map(schema => [schema, false])
  const seen = new Set<unknown>()
  for (let next = stack.pop(); next !== undefined && seen.size < MAX_NODES; next = stack.pop()) {
    const [value, inList] = next
    const target = followReferences(resolve, value)
    if ('problem' in target || seen.has(target.value)) continue
    const schema = target.value
    seen.add(schema)
    const types = typesOf(schema, true)
    const isComplex = types.includes('object') || types.includes('array')
    if (inList) shape.nested ||= isComplex
    else {
      shape.objects ||= types.includes('object')
      shape.lists ||= types.includes('array')
      shape.scalars ||= types.some(type => SCALARS.has(type))
      for (const items of [schema.items, schema.prefixItems].flat()) {
        if (isJsonObject(items)) stack.push([items, true])
      }
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      for (const each of [schema[keyword] ?? []].flat()) stack.push([each, inList])
    }
  }
  return shape
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean'])
