import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { ConfigPath, ConfigProblem } from './problem.ts'

/** A YAML file's content as plain data, and where in the file each part of it is. */
export interface YamlContent {
  /** Objects, arrays and scalars; undefined if there are problems. */
  readonly value: unknown
  /** Line (from 1) of the key or list entry at this path, or of the nearest thing above it that exists. */
  readonly lineOf: (path: ConfigPath) => number | undefined
  /** Syntax errors, with lines. */
  readonly problems: readonly ConfigProblem[]
}

/** How often aliases may multiply what they stand for (a "billion laughs" file stops here). */
const MOST_ALIASES = 100
// Stand for the braces of a placeholder while YAML is parsed: see maskBraces.
const OPEN = '\u{e000}'
const CLOSE = '\u{e001}'

/**
 * Reads one YAML 1.2 document (core schema, anchors, aliases and merge keys). Duplicate keys, unknown tags and a
 * second document are errors. Placeholders, `${NAME}`, come out as they are, also where YAML would take their
 * braces for a flow mapping, as in `{ url: ${URL} }`.
 */
export function readYaml(text: string): YamlContent {
  const lines = new LineCounter()
  const masked = maskBraces(text)
  const document = parseDocument(masked, {
    version: '1.2',
    schema: 'core',
    merge: true,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  })
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && masked !== text) node.value = unmask(node.value)
    },
  })
  const problems = withoutEchoes([...document.errors, ...document.warnings]).map(error => {
    const { line, col } = lines.linePos(error.pos[0])
    return syntaxProblem(error.code, error.message, line, col)
  })
  return {
    value: problems.length === 0 ? document.toJS({ maxAliasCount: MOST_ALIASES }) : undefined,
    lineOf: path => lineOf(document.contents, path, lines, document),
    problems,
  }
}

/**
 * Puts private-use characters in place of the braces of `${NAME}`, `${NAME:-default}` and of `{id}` right after a
 * slash or a word, where a flow mapping can't begin; character for character, so that positions stay right. A
 * file that has such characters itself is left alone.
 */
function maskBraces(text: string): string {
  if (text.includes(OPEN) || text.includes(CLOSE)) return text
  return text
    .replace(/\$\{([A-Za-z_]\w*(?::-[^{}\r\n]*)?)\}/g, `$$${OPEN}$1${CLOSE}`)
    .replace(/(?<=[\w/.-])\{([\w.-]+)\}/g, `${OPEN}$1${CLOSE}`)
}

function unmask(text: string): string {
  return text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}')
}

/** One syntax error makes the parser stumble again and again; of those that only follow, none is kept. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  let stumbled = false
  return errors.filter(({ code }) => {
    if (code === 'DUPLICATE_KEY' || code === 'MULTIPLE_DOCS') return true
    const first = !stumbled
    stumbled = true
    return first
  })
}

function syntaxProblem(code: string, message: string, line: number, column: number): ConfigProblem {
  const place = { path: '', line }
  if (code === 'MULTIPLE_DOCS') {
    return { ...place, message: 'the file holds more than one YAML document', fix: 'keep one, without ---' }
  }
  if (code === 'DUPLICATE_KEY') {
    return {
      ...place,
      message: `a key is there twice (line ${line}, column ${column})`,
      fix: 'keep one of them',
    }
  }
  // What the parser quotes after a colon is content of the file, which may be a secret.
  const reason = (message.split(/: "|\n/, 1)[0] ?? '').replace(/[\u{e000}\u{e001}]/gu, '')
  return {
    ...place,
    message: `not valid YAML (line ${line}, column ${column}): ${reason}`,
    fix: 'mend the YAML here or just before; quote text that holds : # { } [ ] or starts with a special character',
  }
}

type Root = ReturnType<typeof parseDocument>

function lineOf(contents: ParsedNode | null, path: ConfigPath, lines: LineCounter, root: Root) {
  let node: Node | null = contents
  let offset = startOf(node)
  for (const key of path) {
    const step = child(resolve(node, root), key, root)
    if (step === undefined) break
    offset = step.offset ?? offset
    node = step.node
  }
  return offset === undefined ? undefined : lines.linePos(offset).line
}

interface Step {
  readonly node: Node | null
  readonly offset: number | undefined
}

function child(node: Node | null | undefined, key: PropertyKey, root: Root): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)]
    return isNodeLike(item) ? { node: item, offset: startOf(item) } : undefined
  }
  return isMap(node) ? entry(node, String(key), root, 0) : undefined
}

/** The entry of a mapping, or, where it comes from a merge key, the entry that was merged. */
function entry(map: YAMLMap, key: string, root: Root, depth: number): Step | undefined {
  let merged: Step | undefined
  for (const pair of map.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const value = isNodeLike(pair.value) ? pair.value : null
    if (String(pair.key.value) === key) return { node: value, offset: startOf(pair.key) }
    if (pair.key.value !== '<<' && typeof pair.key.value !== 'symbol') continue
    const sources = isSeq(value) ? value.items : [value]
    for (const source of sources) {
      const target = isNodeLike(source) ? resolve(source, root) : undefined
      if (isMap(target) && depth < MOST_ALIASES) merged ??= entry(target, key, root, depth + 1)
    }
  }
  return merged
}

function resolve(node: Node | null, root: Root): Node | null | undefined {
  return isAlias(node) ? node.resolve(root) : node
}

function isNodeLike(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)
}

function startOf(node: unknown): number | undefined {
  return isNodeLike(node) ? node.range?.[0] : undefined
}
