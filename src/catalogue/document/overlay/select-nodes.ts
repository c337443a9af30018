import { isDeepStrictEqual } from 'node:util'
import type { JsonPath, Operand, Operator, Query, Selector, Test } from './json-path.ts'

/** A value of a tree with its place: the object or list that holds it, and under which key. Undefined at the root. */
export interface Node {
  readonly value: unknown
  readonly parent: object | undefined
  readonly key: string
}

/** Ten times what large documents have; a query whose work would exceed it is refused. */
const MAX_NODES = 5_000_000

/**
 * The nodes that a query selects, each once, in the tree's order.
 *
 * @throws RangeError where the query is too costly
 */
export function selectNodes(root: unknown, path: JsonPath): readonly Node[] {
  const budget = { left: MAX_NODES }
  return evaluate({ value: root, parent: undefined, key: '' }, path, root, budget)
}

interface Budget {
  left: number
}

function evaluate(start: Node, path: JsonPath, root: unknown, budget: Budget): readonly Node[] {
  let nodes: readonly Node[] = [start]
  for (const { isDeep, selectors } of path.segments) {
    const from = isDeep ? nodes.flatMap(node => [...below(node, budget)]) : nodes
    const selected = from.flatMap(node => selectors.flatMap(selector => select(node, selector, root, budget)))
    nodes = isDeep || selectors.length > 1 ? distinct(selected) : selected
  }
  return nodes
}

/** A node and everything in it, without recursion. */
function* below(start: Node, budget: Budget): Generator<Node> {
  const stack = [start]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node
    stack.push(...childrenOf(node, budget).reverse())
  }
}

function childrenOf({ value }: Node, budget: Budget): Node[] {
  if (typeof value !== 'object' || value === null) return []
  const children = Object.entries(value).map(([key, child]) => ({
    value: child as unknown,
    parent: value,
    key,
  }))
  budget.left -= children.length + 1
  if (budget.left < 0) throw new RangeError('the query looks at too many values')
  return children
}

function select(node: Node, selector: Selector, root: unknown, budget: Budget): readonly Node[] {
  const { value } = node
  if (typeof value !== 'object' || value === null) return []
  switch (selector.kind) {
    case 'name':
      return !Array.isArray(value) && Object.hasOwn(value, selector.name)
        ? [childOf(value, selector.name)]
        : []
    case 'wildcard':
      return childrenOf(node, budget)
    case 'index': {
      const index =
        selector.index < 0 && Array.isArray(value) ? value.length + selector.index : selector.index
      return Array.isArray(value) && index in value ? [childOf(value, String(index))] : []
    }
    case 'slice':
      return Array.isArray(value) ? slice(value, selector).map(index => childOf(value, String(index))) : []
    case 'filter':
      return childrenOf(node, budget).filter(child => passes(child, selector.test, root, budget))
  }
}

function childOf(parent: object, key: string): Node {
  return { value: (parent as Record<string, unknown>)[key], parent, key }
}

/** RFC 9535 section 2.3.4.2.2. */
function slice(list: readonly unknown[], { start, end, step }: Selector & { kind: 'slice' }): number[] {
  const { length } = list
  if (step === 0) return []
  const place = (at: number) => (at < 0 ? length + at : at)
  const indices: number[] = []
  if (step > 0) {
    const last = Math.min(place(end ?? length), length)
    for (let index = Math.max(place(start ?? 0), 0); index < last; index += step) indices.push(index)
  } else {
    const last = Math.max(end === undefined ? -1 : place(end), -1)
    for (let at = Math.min(place(start ?? length - 1), length - 1); at > last; at += step) indices.push(at)
  }
  return indices
}

function passes(node: Node, test: Test, root: unknown, budget: Budget): boolean {
  switch (test.kind) {
    case 'and':
      return test.tests.every(each => passes(node, each, root, budget))
    case 'or':
      return test.tests.some(each => passes(node, each, root, budget))
    case 'not':
      return !passes(node, test.test, root, budget)
    case 'exists':
      return query(node, test.query, root, budget).length > 0
    case 'compare':
      return compare(
        test.operator,
        operand(node, test.left, root, budget),
        operand(node, test.right, root, budget),
        budget,
      )
  }
}

function query(node: Node, { from, path }: Query, root: unknown, budget: Budget): readonly Node[] {
  budget.left -= 1
  if (budget.left < 0) throw new RangeError('the query looks at too many values')
  return evaluate({ value: from === '@' ? node.value : root, parent: undefined, key: '' }, path, root, budget)
}

/** A query that selects nothing has no value, which equals only another that has none. */
const NOTHING = Symbol('nothing')

function operand(node: Node, side: Operand, root: unknown, budget: Budget): unknown {
  if ('literal' in side) return side.literal
  const found = query(node, side.query, root, budget)
  return found.length === 1 ? found[0]?.value : NOTHING
}

function compare(operator: Operator, left: unknown, right: unknown, budget: Budget): boolean {
  if (operator === '<' || operator === '>') return isOrdered(operator, left, right)
  const areEqual = equal(left, right, budget)
  if (operator === '==' || operator === '!=') return areEqual === (operator === '==')
  return areEqual || isOrdered(operator, left, right)
}

/** Comparing two trees looks at all of them, each time. */
function equal(left: unknown, right: unknown, budget: Budget): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  const nodes = below({ value: left, parent: undefined, key: '' }, budget)
  while (nodes.next().done !== true);
  return isDeepStrictEqual(left, right)
}

function isOrdered(operator: Operator, left: unknown, right: unknown): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string')
  if (!comparable) return false
  return operator.startsWith('<') ? left < right : left > right
}

function distinct(nodes: readonly Node[]): readonly Node[] {
  const seen = new Map<object | undefined, Set<string>>()
  return nodes.filter(({ parent, key }) => {
    const keys = seen.get(parent) ?? new Set()
    seen.set(parent, keys)
    return keys.size !== keys.add(key).size
  })
}
