import type { FieldTree } from '../catalogue/answer-plan.ts'
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfString,
  endOfValue,
  OPEN_LIST,
  OPEN_OBJECT,
  skipTo,
} from './scan-json.ts'

/**
 * The part of a JSON text that the paths name, with everything around it that gives it its place: members that
 * are not named are left out, lists keep their items' order. A name passes through a list to its items, so that
 * `items.id` means `items.*.id`. Works on the text, so that numbers and keys come out as they were; one pass, and
 * the recursion is as deep as the paths are long, whatever the answer.
 *
 * @param text - valid JSON
 * @returns undefined where the value is neither object nor list
 */
export function projectJson(text: string, fields: FieldTree): string | undefined {
  return project(text, skipTo(text, 0), [fields], false).text
}

/** What is kept of a value, and where the value ended. */
interface Piece {
  readonly text: string | undefined
  readonly end: number
}

function project(text: string, at: number, trees: readonly FieldTree[], isItem: boolean): Piece {
  const first = text.charCodeAt(at)
  if (first === OPEN_OBJECT) return projectObject(text, at, trees)
  if (first === OPEN_LIST) return projectList(text, at, trees, isItem)
  return { text: undefined, end: endOfValue(text, at) }
}

function projectObject(text: string, at: number, trees: readonly FieldTree[]): Piece {
  const kept: string[] = []
  let index = skipTo(text, at + 1)
  while (index < text.length && text.charCodeAt(index) !== CLOSE_OBJECT) {
    const keyEnd = endOfString(text, index)
    const key = text.slice(index, keyEnd)
    const value = skipTo(text, keyEnd, COLON)
    const piece = follow(text, value, matching(trees, nameOf(key)), false)
    if (piece.text !== undefined) kept.push(`${key}:${piece.text}`)
    index = skipTo(text, piece.end, COMMA)
  }
  return { text: `{${kept.join(',')}}`, end: index + 1 }
}

/** A name that meets a list goes on to its items, but not through lists of lists, which need a `*` each. */
function projectList(text: string, at: number, trees: readonly FieldTree[], isItem: boolean): Piece {
  const through = trees.some(tree => tree.children.has('*'))
  const inner = through ? matching(trees, undefined).concat(withoutAny(trees)) : isItem ? [] : trees
  const kept: string[] = []
  let index = skipTo(text, at + 1)
  while (index < text.length && text.charCodeAt(index) !== CLOSE_LIST) {
    const piece = follow(text, index, inner, !through)
    if (piece.text !== undefined) kept.push(piece.text)
    index = skipTo(text, piece.end, COMMA)
  }
  return { text: `[${kept.join(',')}]`, end: index + 1 }
}

function follow(text: string, at: number, trees: readonly FieldTree[], isItem: boolean): Piece {
  if (trees.length === 0) return { text: undefined, end: endOfValue(text, at) }
  if (!trees.some(tree => tree.isWhole)) return project(text, at, trees, isItem)
  const end = endOfValue(text, at)
  return { text: text.slice(at, end), end }
}

/** The trees that follow a member's name; for an item of a list, those that follow `*`. */
function matching(trees: readonly FieldTree[], name: string | undefined): FieldTree[] {
  const found: FieldTree[] = []
  for (const { children } of trees) {
    const named = name === undefined ? undefined : children.get(name)
    const any = children.get('*')
    if (named !== undefined) found.push(named)
    if (any !== undefined && any !== named) found.push(any)
  }
  return found
}

/** Beside a `*`, names go through the same list: `*.id` and `name` both mean the items'. */
function withoutAny(trees: readonly FieldTree[]): FieldTree[] {
  return trees.flatMap(({ children }) => {
    const named = new Map([...children].filter(([name]) => name !== '*'))
    return named.size === 0 ? [] : [{ isWhole: false, children: named }]
  })
}

function nameOf(key: string): string {
  return key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1)
}
