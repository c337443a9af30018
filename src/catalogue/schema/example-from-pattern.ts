/** One piece of a pattern: the characters that it may stand for, and how often at least. */
interface Piece {
  readonly text: string
  readonly times: number
}

const PIECE =
  /(\\[dwsDWS]|\\[^A-Za-z0-9]|\[(?:\\.|[^\\\]])+\]|\((?:\?:)?[A-Za-z0-9_|-]+\)|[A-Za-z0-9 _@:,;#%&=!"'<>~/-])(\{(\d{1,3})(?:,\d{0,4})?\}|[*+?])?/y
const MAX_LENGTH = 128

/**
 * A text that matches a plain pattern: literals, character classes, groups of literals and counts, as identifiers
 * have them (`^AC[0-9a-f]{32}$`). Undefined for any other pattern.
 */
export function exampleFromPattern(pattern: string): string | undefined {
  const whole = compile(pattern)
  if (whole === undefined) return undefined
  const body = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  let text = ''
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < body.length) {
    const match = PIECE.exec(body)
    if (match === null) return undefined
    const piece = read(match)
    if (piece === undefined || text.length + piece.text.length * piece.times > MAX_LENGTH) return undefined
    text += piece.text.repeat(piece.times)
  }
  // Nothing in such a pattern can backtrack for long.
  return text !== '' && whole.test(text) ? text : undefined
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern)
  } catch {
    return undefined
  }
}

function read([, atom = '', quantifier, least]: RegExpExecArray): Piece | undefined {
  const text = textOf(atom)
  if (text === undefined) return undefined
  if (quantifier === '*' || quantifier === '?') return { text, times: 0 }
  return { text, times: least === undefined ? 1 : Number(least) }
}

function textOf(atom: string): string | undefined {
  if (atom.startsWith('(')) return atom.replace(/^\((?:\?:)?|\)$/g, '').split('|')[0]
  if (atom.startsWith('[')) return fromClass(atom.slice(1, -1))
  if (atom === '\\d') return '1'
  if (atom === '\\w') return 'a'
  if (atom === '\\s') return ' '
  return /^\\[DWS]$/.test(atom) ? 'x' : atom.replace(/^\\/, '')
}

/** The first of the usual characters that a class has. */
function fromClass(members: string): string | undefined {
  const one = compile(`^[${members}]$`)
  return [...'1aAxX0_-. /+'].find(character => one?.test(character))
}
