import { isJsonObject } from '../is-json-object.ts'
import { subschemas } from '../schema/subschemas.ts'
import type { ResolveReference } from './resolve-reference.ts'

/** What inlining the schema at a pointer would cost. */
export interface Extent {
  /** Whether the schema contains itself, at any remove. */
  readonly recursive: boolean
  /** Schemas in it once every reference is replaced by what it leads to; infinite where it is recursive. */
  readonly size: number
  /** Levels of nesting, counted likewise. */
  readonly depth: number
}

/** The extent of the schema at the pointer of a reference. */
export type MeasureReference = (reference: string) => Extent

interface Node {
  readonly own: { size: number; depth: number; references: readonly string[] }
  index: number
  low: number
  onStack: boolean
}

const ENDLESS: Extent = Object.freeze({ recursive: true, size: Infinity, depth: Infinity })

/**
 * Measures the schemas that references lead to: Tarjan's strongly connected components, without recursion
 * since real documents chain hundreds of schemas. Answers are remembered; the whole costs the document's size.
 */
export function createReferenceMeasure(resolveReference: ResolveReference): MeasureReference {
  const extents = new Map<string, Extent>()
  return reference => {
    if (!extents.has(reference)) measureFrom(reference, resolveReference, extents)
    return extents.get(reference) ?? ENDLESS
  }
}

function measureFrom(start: string, resolveReference: ResolveReference, extents: Map<string, Extent>): void {
  const nodes = new Map<string, Node>()
  const component: string[] = []
  const path: { reference: string; node: Node; next: number }[] = []
  const enter = (reference: string): void => {
    const node = {
      own: readOwn(reference, resolveReference),
      index: nodes.size,
      low: nodes.size,
      onStack: true,
    }
    nodes.set(reference, node)
    component.push(reference)
    path.push({ reference, node, next: 0 })
  }
  enter(start)
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const child = frame.node.own.references[frame.next++]
    if (child !== undefined) {
      const known = nodes.get(child)
      if (known === undefined && !extents.has(child)) enter(child)
      else if (known?.onStack) frame.node.low = Math.min(frame.node.low, known.index)
      continue
    }
    path.pop()
    const parent = path.at(-1)
    if (parent !== undefined) parent.node.low = Math.min(parent.node.low, frame.node.low)
    if (frame.node.low === frame.node.index) closeComponent(frame.reference, component, nodes, extents)
  }
}

function closeComponent(
  root: string,
  component: string[],
  nodes: ReadonlyMap<string, Node>,
  extents: Map<string, Extent>,
): void {
  const members = component.splice(component.lastIndexOf(root))
  const own = nodes.get(root)?.own
  for (const member of members) {
    const node = nodes.get(member)
    if (node !== undefined) node.onStack = false
  }
  if (own === undefined || members.length > 1 || own.references.includes(root)) {
    for (const member of members) extents.set(member, ENDLESS)
    return
  }
  let { size, depth } = own
  for (const reference of own.references) {
    const inner = extents.get(reference) ?? ENDLESS
    size += inner.size
    depth = Math.max(depth, own.depth + inner.depth)
  }
  extents.set(root, { recursive: false, size, depth })
}

function readOwn(reference: string, resolveReference: ResolveReference): Node['own'] {
  const found = resolveReference(reference)
  const references: string[] = []
  let size = 0
  let deepest = 0
  const stack: [schema: unknown, depth: number][] = 'value' in found ? [[found.value, 1]] : []
  const seen = new Set<unknown>()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [schema, depth] = next
    size += 1
    deepest = Math.max(deepest, depth)
    if (!isJsonObject(schema) || seen.has(schema)) continue
    seen.add(schema)
    if (typeof schema.$ref === 'string') references.push(schema.$ref)
    for (const child of subschemas(schema)) stack.push([child, depth + 1])
  }
  return { size, depth: deepest, references }
}
