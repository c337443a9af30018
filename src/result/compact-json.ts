import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './scan-json.ts'

/**
 * Whether bytes are one JSON value (RFC 8259) without white space between its tokens, seen without building it: for the
 * path of every call, as nobody looks into most answers.
 *
 * True is certain for every encoding in which bytes below 0x80 are ASCII and stand for nothing else, valid or not: UTF-8,
 * Windows-1252. False says nothing: what is seldom written (escaped surrogates, deep nesting) is left to `JSON.parse`, as
 * is everything that is no JSON.
 */
export function isCompactJson(bytes: Uint8Array): boolean {
  /** One bit for each container around this place, the innermost last: whether it is an object. */
  let objects = 0
  let depth = 0
  let at = 0
  while (at !== NOWHERE) {
    const first = bytes[at]
    if ((first === OPEN_OBJECT || first === OPEN_LIST) && bytes[at + 1] !== first + TO_CLOSE) {
      if (depth === MOST_DEPTH) return false
      const isObject = first === OPEN_OBJECT
      objects = (objects << 1) | (isObject ? 1 : 0)
      depth += 1
      at = isObject ? endOfName(bytes, at + 1) : at + 1
      continue
    }
    at = endOfValue(bytes, at)
    while (depth > 0 && bytes[at] === ((objects & 1) === 1 ? CLOSE_OBJECT : CLOSE_LIST)) {
      objects >>>= 1
      depth -= 1
      at += 1
    }
    if (depth === 0) return at === bytes.length
    if (bytes[at] !== COMMA) return false
    at = (objects & 1) === 1 ? endOfName(bytes, at + 1) : at + 1
  }
  return false
}

const PLUS = 0x2b
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const LETTER_D = 0x64
const LETTER_E = 0x65
const LETTER_U = 0x75
/** The bit in which a letter differs from its capital. */
const TO_LOWER = 0x20
/** From an opening bracket or brace to its closing one. */
const TO_CLOSE = 2
/** The bits of an integer. */
const MOST_DEPTH = 31
/** No place: what was expected is not there. */
const NOWHERE = -1

/** After a string, number or literal, or an empty container. */
function endOfValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === QUOTE) return endOfString(bytes, at)
  if (first === OPEN_OBJECT || first === OPEN_LIST) return at + 2
  if (first === MINUS || isDigit(first)) return endOfNumber(bytes, at)
  return endOfLiteral(bytes, at)
}

/** After a member's name and its colon. */
function endOfName(bytes: Uint8Array, at: number): number {
  const end = endOfString(bytes, at)
  return end !== NOWHERE && bytes[end] === COLON ? end + 1 : NOWHERE
}

function endOfString(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return NOWHERE
  for (let index = at + 1; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (byte === QUOTE) return index + 1
    if (byte < 0x20) return NOWHERE
    if (byte === BACKSLASH) {
      index += 1
      if (bytes[index] === LETTER_U && isPlainUnit(bytes, index + 1)) index += 4
      else if (!ESCAPED.has(bytes[index] ?? 0)) return NOWHERE
    }
  }
  return NOWHERE
}

/** `"\/bfnrt`: what may stand after a backslash, but for `u`. */
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start
  const whole = endOfDigits(bytes, at)
  if (whole === at || (bytes[at] === ZERO && whole > at + 1)) return NOWHERE
  at = whole
  if (bytes[at] === DOT) {
    const fraction = endOfDigits(bytes, at + 1)
    if (fraction === at + 1) return NOWHERE
    at = fraction
  }
  if (((bytes[at] ?? 0) | TO_LOWER) !== LETTER_E) return at
  const exponent = bytes[at + 1] === MINUS || bytes[at + 1] === PLUS ? at + 2 : at + 1
  const end = endOfDigits(bytes, exponent)
  return end === exponent ? NOWHERE : end
}

function endOfDigits(bytes: Uint8Array, at: number): number {
  let end = at
  while (isDigit(bytes[end])) end++
  return end
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39
}

/** Whether four hexadecimal digits are a UTF-16 code unit that is a character by itself, no half of a surrogate pair. */
function isPlainUnit(bytes: Uint8Array, at: number): boolean {
  const isHalf = ((bytes[at] ?? 0) | TO_LOWER) === LETTER_D && !isBelowEight(bytes[at + 1])
  return !isHalf && isHex(bytes[at]) && isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && isHex(bytes[at + 3])
}

function isBelowEight(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < 0x38
}

function isHex(byte: number | undefined): boolean {
  if (isDigit(byte)) return true
  const lower = (byte ?? 0) | TO_LOWER
  return lower >= 0x61 && lower <= 0x66
}

/** After `true`, `false` or `null`. */
function endOfLiteral(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === 0x74) return startsWith(bytes, at, TRUE)
  if (first === 0x66) return startsWith(bytes, at, FALSE)
  return first === 0x6e ? startsWith(bytes, at, NULL) : NOWHERE
}

const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')]

function startsWith(bytes: Uint8Array, at: number, literal: Uint8Array): number {
  for (let index = 0; index < literal.length; index++) {
    if (bytes[at + index] !== literal[index]) return NOWHERE
  }
  return at + literal.length
}
