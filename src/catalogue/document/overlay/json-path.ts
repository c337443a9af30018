/**
 * JSONPath (RFC 9535) without its functions: names, indices, slices, wildcards, descendants and filters. Strict
 * where a mistake would select too much: what isn't understood is an error, never ignored.
 */

/** A parsed query. */
export interface JsonPath {
  readonly segments: readonly Segment[]
}

/** One step from the values selected so far to those below them. */
export interface Segment {
  /** `..`: of the value and everything below it. */
  readonly isDeep: boolean
  readonly selectors: readonly Selector[]
}

/** What a step selects of a value's members or items. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: 'filter'; readonly test: Test }

/** A condition on a value, `@`, of a document, `$`. */
export type Test =
  | { readonly kind: 'and' | 'or'; readonly tests: readonly Test[] }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'exists'; readonly query: Query }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly left: Operand; readonly right: Operand }

/** How two values are compared (RFC 9535, 2.3.5.2.2). */
export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>='
/** One side of a comparison. */
export type Operand = { readonly literal: unknown } | { readonly query: Query }
/** A path within a condition, from the document or from the value at hand. */
export interface Query {
  readonly from: '$' | '@'
  readonly path: JsonPath
}

const MAX_LENGTH = 2_000
/** Brackets within brackets; the parser is recursive. */
const MAX_NESTING = 32

/** @throws SyntaxError that says where and what was expected */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > MAX_LENGTH) throw new SyntaxError(`longer than ${MAX_LENGTH} characters`)
  const reader = new Reader(text.trim())
  reader.expect('$', 'a query starts with $')
  const path = readSegments(reader)
  if (!reader.atEnd) reader.fail('the end, or . or [')
  return path
}

class Reader {
  position = 0
  depth = 0
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  get atEnd(): boolean {
    return this.position >= this.text.length
  }

  skipSpace(): void {
    this.match(/\s*/y)
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position
    const found = pattern.exec(this.text) ?? undefined
    if (found !== undefined) this.position = pattern.lastIndex
    return found
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false
    this.position += token.length
    return true
  }

  expect(token: string, wanted = token): void {
    if (!this.take(token)) this.fail(wanted)
  }

  fail(wanted: string): never {
    const found = this.atEnd ? 'its end' : JSON.stringify(this.text.slice(this.position, this.position + 12))
    throw new SyntaxError(`at character ${this.position + 1}, ${found}: expected ${wanted}`)
  }
}

const NAME = /[\p{L}_\u0080-\u{10ffff}][\p{L}\p{N}_\u0080-\u{10ffff}-]*/uy

function readSegments(reader: Reader): JsonPath {
  const segments: Segment[] = []
  for (;;) {
    const before = reader.position
    reader.skipSpace()
    const isDeep = reader.take('..')
    if (reader.take('[')) segments.push({ isDeep, selectors: readBrackets(reader) })
    else if (isDeep || reader.take('.')) segments.push({ isDeep, selectors: [readShorthand(reader)] })
    else {
      reader.position = before
      return { segments }
    }
  }
}

function readShorthand(reader: Reader): Selector {
  if (reader.take('*')) return { kind: 'wildcard' }
  const name = reader.match(NAME)?.[0]
  if (name === undefined) return reader.fail("a name or *; other names are written in brackets, ['x-y']")
  return { kind: 'name', name }
}

function readBrackets(reader: Reader): readonly Selector[] {
  if (++reader.depth > MAX_NESTING) reader.fail('fewer brackets within brackets')
  const selectors: Selector[] = []
  do {
    reader.skipSpace()
    selectors.push(readSelector(reader))
    reader.skipSpace()
  } while (reader.take(','))
  reader.expect(']')
  reader.depth -= 1
  return selectors
}

function readSelector(reader: Reader): Selector {
  if (reader.take('*')) return { kind: 'wildcard' }
  if (reader.take('?')) return { kind: 'filter', test: readEither(reader) }
  const name = readText(reader)
  if (name !== undefined) return { kind: 'name', name }
  const slice = reader.match(/(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(-?\d+)?)?/y)
  if (slice !== undefined) {
    const [, start, end, step] = slice
    return {
      kind: 'slice',
      ...(start === undefined ? {} : { start: Number(start) }),
      ...(end === undefined ? {} : { end: Number(end) }),
      step: step === undefined ? 1 : Number(step),
    }
  }
  const index = reader.match(/-?\d+/y)?.[0]
  if (index === undefined) return reader.fail('a quoted name, an index, a slice, * or a filter ?…')
  return { kind: 'index', index: Number(index) }
}

/** A text in single or double quotes, with JSON's escapes; undefined where there is none. */
function readText(reader: Reader): string | undefined {
  const found = reader.match(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy)
  if (found === undefined) return undefined
  const inner = found[1]?.replaceAll("\\'", "'").replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"') ?? found[2] ?? ''
  try {
    return String(JSON.parse(`"${inner}"`))
  } catch {
    return reader.fail('a text whose escapes are those of JSON')
  }
}

function readEither(reader: Reader): Test {
  const tests = [readBoth(reader)]
  for (reader.skipSpace(); reader.take('||'); reader.skipSpace()) tests.push(readBoth(reader))
  return tests.length === 1 && tests[0] !== undefined ? tests[0] : { kind: 'or', tests }
}

function readBoth(reader: Reader): Test {
  const tests = [readTest(reader)]
  for (reader.skipSpace(); reader.take('&&'); reader.skipSpace()) tests.push(readTest(reader))
  return tests.length === 1 && tests[0] !== undefined ? tests[0] : { kind: 'and', tests }
}

function readTest(reader: Reader): Test {
  reader.skipSpace()
  if (/!(?!=)/y.test(reader.text.slice(reader.position, reader.position + 2))) {
    reader.take('!')
    return { kind: 'not', test: readNested(reader) }
  }
  reader.skipSpace()
  if (reader.text[reader.position] === '(') return readNested(reader)
  const left = readOperand(reader)
  reader.skipSpace()
  const operator = reader.match(/==|!=|<=|>=|<|>/y)?.[0] as Operator | undefined
  if (operator === undefined) {
    return 'query' in left
      ? { kind: 'exists', query: left.query }
      : reader.fail('a comparison, for example ==')
  }
  reader.skipSpace()
  return { kind: 'compare', operator, left, right: readOperand(reader) }
}

function readNested(reader: Reader): Test {
  reader.skipSpace()
  if (++reader.depth > MAX_NESTING) reader.fail('fewer brackets within brackets')
  if (!reader.take('(')) {
    const test = readTest(reader)
    reader.depth -= 1
    return test
  }
  const test = readEither(reader)
  reader.skipSpace()
  reader.expect(')')
  reader.depth -= 1
  return test
}

function readOperand(reader: Reader): Operand {
  const from = reader.match(/[@$]/y)?.[0]
  if (from === '@' || from === '$') return { query: { from, path: readSegments(reader) } }
  const text = readText(reader)
  if (text !== undefined) return { literal: text }
  const plain = reader.match(/true\b|false\b|null\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)?.[0]
  if (plain !== undefined) return { literal: JSON.parse(plain) as unknown }
  return reader.fail('@, $, a text, a number, true, false or null; functions are not offered')
}
