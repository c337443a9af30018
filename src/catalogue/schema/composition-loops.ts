import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { JsonObject } from '../tool.ts'
import type { FindSubtypes } from './discriminated-types.ts'

/** Which schemas consist of one another, and what is left of them without that. */
export interface CompositionLoops {
  /** A number that the references of one loop share; undefined for what is in none. */
  readonly loopOf: (reference: string) => number | undefined
  /** A schema without those parts that lead back into a loop. */
  readonly withoutLoop: (schema: JsonObject, loop: number) => JsonObject
}

interface Visit {
  readonly reference: string
  readonly index: number
  readonly edges: readonly string[]
  next: number
  low: number
}

const ONE = ['not', 'if', 'then', 'else'] as const

/**
 * Finds schemas that lead back to themselves without going down into the value (`A: { $ref: A }`, a base whose
 * `oneOf` lists the types that have it in their `allOf`): checking any value against one would never end.
 * Tarjan's strongly connected components, without recursion; answers are remembered.
 */
export function createCompositionLoops(
  resolveReference: ResolveReference,
  findSubtypes: FindSubtypes,
): CompositionLoops {
  const loops = new Map<string, number | undefined>()
  const edgesOf = (reference: string): readonly string[] => {
    const found = resolveReference(reference)
    return 'value' in found ? referencesBeside(found.value, findSubtypes) : []
  }
  const loopOf = (reference: string): number | undefined => {
    if (!loops.has(reference)) findLoops(reference, edgesOf, loops)
    return loops.get(reference)
  }
  const leadsInto = (schema: unknown, loop: number): boolean =>
    referencesBeside(schema, findSubtypes).some(reference => loopOf(reference) === loop)
  return { loopOf, withoutLoop: (schema, loop) => strip(schema, inner => leadsInto(inner, loop)) }
}

function strip(schema: JsonObject, leadsBack: (inner: unknown) => boolean): JsonObject {
  const { discriminator: _, ...out } = schema
  if (typeof out.$ref === 'string' && leadsBack({ $ref: out.$ref })) delete out.$ref
  if (Array.isArray(out.allOf)) out.allOf = out.allOf.filter(part => !leadsBack(part))
  for (const keyword of ['anyOf', 'oneOf']) {
    if (Array.isArray(out[keyword]) && out[keyword].some(leadsBack)) delete out[keyword]
  }
  if (ONE.some(keyword => leadsBack(out[keyword]))) for (const keyword of ONE) delete out[keyword]
  if (isJsonObject(out.dependentSchemas) && Object.values(out.dependentSchemas).some(leadsBack)) {
    delete out.dependentSchemas
  }
  return out
}

/** The references in a schema that apply to the same value as it does. */
function referencesBeside(schema: unknown, findSubtypes: FindSubtypes): readonly string[] {
  const references: string[] = []
  const stack: unknown[] = [schema]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node)) continue
    if (typeof node.$ref === 'string') references.push(node.$ref)
    references.push(...findSubtypes(node).map(({ reference }) => reference))
    for (const keyword of ['allOf', 'anyOf', 'oneOf', ...ONE]) stack.push(...[node[keyword] ?? []].flat())
    if (isJsonObject(node.dependentSchemas)) stack.push(...Object.values(node.dependentSchemas))
  }
  return references
}

function findLoops(
  start: string,
  edgesOf: (reference: string) => readonly string[],
  loops: Map<string, number | undefined>,
): void {
  const visits = new Map<string, Visit>()
  const component: Visit[] = []
  const path: Visit[] = []
  const enter = (reference: string) => {
    const visit = { reference, index: visits.size, low: visits.size, edges: edgesOf(reference), next: 0 }
    visits.set(reference, visit)
    component.push(visit)
    path.push(visit)
  }
  enter(start)
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const child = visit.edges[visit.next++]
    if (child !== undefined) {
      const known = visits.get(child)
      if (known !== undefined && !loops.has(child)) visit.low = Math.min(visit.low, known.index)
      else if (known === undefined && !loops.has(child)) enter(child)
      continue
    }
    path.pop()
    const parent = path.at(-1)
    if (parent !== undefined) parent.low = Math.min(parent.low, visit.low)
    if (visit.low !== visit.index) continue
    const members = component.splice(component.lastIndexOf(visit))
    const isLoop = members.length > 1 || visit.edges.includes(visit.reference)
    const id = isLoop ? loops.size : undefined
    for (const member of members) loops.set(member.reference, id)
  }
}
