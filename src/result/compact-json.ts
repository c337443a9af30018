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

/** Bytes that are compact JSON. */
export interface CompactBytes {
  /**
   * The bytes as they stand within a JSON string (RFC 8259 section 7): each quote and backslash with a backslash in front.
   * Undefined where that is long. To be read at once: the next scan writes over it.
   */
  readonly escaped: Buffer | undefined
}

/**
 * Whether bytes are one JSON value (RFC 8259) without white space between its tokens; undefined if not. Seen without
 * building the value, and escaped on the same way, since nobody looks into most answers: for most that are ASCII this
 * takes less time than V8's `JSON.stringify` of the text alone.
 *
 * An answer is certain for every encoding in which bytes below 0x80 are ASCII and stand for nothing else, valid or not:
 * UTF-8, Windows-1252. Undefined says nothing: what is seldom written (escaped surrogates, deep nesting) is left to
 * `JSON.parse`, as is everything that is no JSON.
 */
export function scanCompactJson(bytes: Buffer): CompactBytes | undefined {
  const scan = new CompactScan(bytes)
  return scan.isCompact() ? scan : undefined
}

/** Where all scans write. What is longer is cut most of the time, and not worth a buffer of its own. */
const ESCAPED = Buffer.allocUnsafeSlow(262_144)
/** What is too long goes around: its length, a power of two, less one. */
const AROUND = ESCAPED.length - 1

/** One way through the bytes, writing as it goes. Nothing but strings needs an escape; the rest is copied in pieces. */
class CompactScan implements CompactBytes {
  readonly #bytes: Buffer
  /** How much is written. */
  #end = 0
  /** Up to where the bytes have been copied. */
  #copied = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get escaped(): Buffer | undefined {
    return this.#end > ESCAPED.length ? undefined : ESCAPED.subarray(0, this.#end)
  }

  isCompact(): boolean {
    const bytes = this.#bytes
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
        at = isObject ? this.#name(at + 1) : at + 1
        continue
      }
      at = first === QUOTE ? this.#string(at) : endOfPlain(bytes, at)
      while (depth > 0 && bytes[at] === ((objects & 1) === 1 ? CLOSE_OBJECT : CLOSE_LIST)) {
        objects >>>= 1
        depth -= 1
        at += 1
      }
      if (depth === 0) {
        this.#copyTo(at)
        return at === bytes.length
      }
      if (bytes[at] !== COMMA) return false
      at = (objects & 1) === 1 ? this.#name(at + 1) : at + 1
    }
    return false
  }

  #copyTo(at: number): void {
    const bytes = this.#bytes
    let end = this.#end
    for (let index = this.#copied; index < at; index++) ESCAPED[end++ & AROUND] = bytes[index] ?? 0
    this.#end = end
    this.#copied = at
  }

  /** After a member's name and its colon. */
  #name(at: number): number {
    const end = this.#string(at)
    return end !== NOWHERE && this.#bytes[end] === COLON ? end + 1 : NOWHERE
  }

  #string(at: number): number {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return NOWHERE
    this.#copyTo(at)
    let end = this.#end
    ESCAPED[end++ & AROUND] = BACKSLASH
    ESCAPED[end++ & AROUND] = QUOTE
    for (let index = at + 1; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0
      if (byte === QUOTE) {
        ESCAPED[end++ & AROUND] = BACKSLASH
        ESCAPED[end++ & AROUND] = QUOTE
        this.#end = end
        this.#copied = index + 1
        return index + 1
      }
      if (byte < 0x20) return NOWHERE
      if (byte !== BACKSLASH) {
        ESCAPED[end++ & AROUND] = byte
        continue
      }
      const next = bytes[++index] ?? 0
      if (next === LETTER_U ? !isPlainUnit(bytes, index + 1) : !AFTER_BACKSLASH.has(next)) return NOWHERE
      ESCAPED[end++ & AROUND] = BACKSLASH
      ESCAPED[end++ & AROUND] = BACKSLASH
      if (next === QUOTE || next === BACKSLASH) ESCAPED[end++ & AROUND] = BACKSLASH
      ESCAPED[end++ & AROUND] = next
    }
    return NOWHERE
  }
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

/** After a number or literal, or an empty container. */
function endOfPlain(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === OPEN_OBJECT || first === OPEN_LIST) return at + 2
  if (first === MINUS || isDigit(first)) return endOfNumber(bytes, at)
  return endOfLiteral(bytes, at)
}

/** `"\/bfnrt`: what may stand after a backslash, but for `u`. */
const AFTER_BACKSLASH: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))

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
