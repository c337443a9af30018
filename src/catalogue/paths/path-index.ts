import type { PathParameter } from './parse-path.ts'

/** What a concrete path led to. */
export type PathMatch<T> =
  | { readonly kind: 'found'; readonly values: readonly T[]; readonly captured: readonly string[] }
  /** A segment equals a literal but for its case: a backend that ignores case takes it for the literal. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'none' }

/** Path templates, searched by the segments of a concrete path. */
export interface PathIndex<T> {
  readonly add: (template: readonly (string | PathParameter)[], value: T) => void
  /** Literal segments win over segments with text around a parameter, those over plain parameters. */
  readonly find: (segments: readonly string[]) => PathMatch<T>
  /**
   * Which texts in place of a template's parameters could lead to another template: one set of literals for all
   * of them. Undefined where no set can tell, because texts around a parameter are involved.
   */
  readonly rivals: (template: readonly (string | PathParameter)[]) => ReadonlySet<string> | undefined
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>
  readonly folded: Set<string>
  readonly mixed: { readonly shape: string; readonly pieces: readonly Piece[]; readonly node: Node<T> }[]
  parameter: Node<T> | undefined
  readonly values: T[]
}

/** An empty index. Templates of the same shape (`/a/{x}`, `/a/{y}`) share a place and are found together. */
export function createPathIndex<T>(): PathIndex<T> {
  const root = emptyNode<T>()
  return {
    add(template, value) {
      let node = root
      for (const segment of segmentsOf(template)) node = childFor(node, segment)
      node.values.push(value)
    },
    find: segments => search(root, segments, 0, []),
    rivals: template => collectRivals(root, segmentsOf(template)),
  }
}

function collectRivals<T>(
  root: Node<T>,
  segments: readonly (readonly Piece[])[],
): ReadonlySet<string> | undefined {
  const rivals = new Set<string>()
  let nodes = [root]
  for (const segment of segments) {
    const [only = ''] = segment
    if (segment.length > 1 || nodes.some(node => node.mixed.length > 0)) return undefined
    if (typeof only === 'string') {
      nodes = nodes.flatMap(node => [node.literals.get(only) ?? [], node.parameter ?? []].flat())
      continue
    }
    for (const node of nodes) for (const literal of node.folded) rivals.add(literal)
    nodes = nodes.flatMap(node => [...node.literals.values(), ...[node.parameter ?? []].flat()])
  }
  return rivals
}

type Piece = string | PathParameter

function segmentsOf(template: readonly Piece[]): readonly Piece[][] {
  const segments: Piece[][] = [[]]
  for (const piece of template) {
    if (typeof piece !== 'string') {
      segments.at(-1)?.push(piece)
      continue
    }
    const [head = '', ...rest] = piece.split('/')
    if (head !== '') segments.at(-1)?.push(head)
    for (const part of rest) segments.push(part === '' ? [] : [part])
  }
  return segments.slice(1)
}

function childFor<T>(node: Node<T>, segment: readonly Piece[]): Node<T> {
  const [only = ''] = segment
  if (segment.length <= 1 && typeof only === 'string') {
    const child = node.literals.get(only) ?? emptyNode<T>()
    node.literals.set(only, child)
    node.folded.add(only.toLowerCase())
    return child
  }
  if (segment.length === 1) {
    node.parameter ??= emptyNode<T>()
    return node.parameter
  }
  const shape = segment.map(piece => (typeof piece === 'string' ? piece : '{}')).join('')
  const known = node.mixed.find(entry => entry.shape === shape)
  if (known !== undefined) return known.node
  const child = emptyNode<T>()
  node.mixed.push({ shape, pieces: segment, node: child })
  node.mixed.sort((a, b) => b.shape.length - a.shape.length || (a.shape < b.shape ? -1 : 1))
  return child
}

function search<T>(
  node: Node<T>,
  segments: readonly string[],
  index: number,
  captured: readonly string[],
): PathMatch<T> {
  const segment = segments[index]
  if (segment === undefined) {
    return node.values.length > 0 ? { kind: 'found', values: node.values, captured } : NONE
  }
  const literal = node.literals.get(segment)
  if (literal !== undefined) {
    const found = search(literal, segments, index + 1, captured)
    if (found.kind !== 'none') return found
  } else if (node.folded.has(segment.toLowerCase())) return AMBIGUOUS
  for (const { pieces, node: child } of node.mixed) {
    const texts = capture(pieces, segment)
    if (texts === undefined) continue
    const found = search(child, segments, index + 1, [...captured, ...texts])
    if (found.kind !== 'none') return found
  }
  if (node.parameter === undefined || segment === '') return NONE
  return search(node.parameter, segments, index + 1, [...captured, segment])
}

const NONE = Object.freeze({ kind: 'none' })
const AMBIGUOUS = Object.freeze({ kind: 'ambiguous' })

function emptyNode<T>(): Node<T> {
  return { literals: new Map(), folded: new Set(), mixed: [], parameter: undefined, values: [] }
}

/**
 * What the parameters of a segment stand for, each as short as can be and at least one character; undefined where
 * the segment does not match. Linear, unlike a regular expression.
 */
function capture(pieces: readonly Piece[], segment: string): readonly string[] | undefined {
  const captured: string[] = []
  let position = 0
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      if (!segment.startsWith(piece, position)) return undefined
      position += piece.length
      continue
    }
    const end = endOfParameter(pieces, index, segment, position)
    if (end <= position) return undefined
    captured.push(segment.slice(position, end))
    position = end
  }
  return position === segment.length ? captured : undefined
}

function endOfParameter(pieces: readonly Piece[], index: number, segment: string, position: number): number {
  const next = pieces[index + 1]
  if (next === undefined) return segment.length
  if (typeof next !== 'string') return position + 1
  return index + 2 === pieces.length ? segment.length - next.length : segment.indexOf(next, position + 1)
}
