/**
 * Why a text can't be a path parameter's value, as an expectation; undefined if it can.
 *
 * Percent-encoding alone keeps a value in its segment only for a backend that splits before it decodes, and
 * decodes once. Many don't: they decode `%2F` early, decode twice, take `\` for `/`, cut at NUL or fold
 * full-width forms. So what any of them could read as a separator or a dot segment is refused, not encoded.
 */
export function pathTextProblem(text: string): string | undefined {
  if (PLAIN.test(text)) return undefined
  if (text === '') return 'a text that is not empty'
  if (text.length > MAX_LENGTH) return `a text of at most ${MAX_LENGTH} characters`
  // Compatibility forms: a backend that normalises reads U+FF0F as a slash and U+2025 as two dots.
  const folded = text.normalize('NFKC')
  if (SEPARATOR.test(text) || SEPARATOR.test(folded)) return 'a text without / or \\'
  if (CONTROL.test(text)) return 'a text without control characters'
  if (ENCODED.test(text) || ENCODED.test(folded)) return 'a plain text, not percent-encoded'
  if (isDotSegment(text)) return 'a text that is more than dots'
  return undefined
}

/**
 * Whether a whole decoded segment is read as `.` or `..` by anyone: also with path parameters after it
 * (`..;x`, which Java containers cut off), with spaces around it (which Windows drops) or in a compatibility
 * form. More than two dots count too.
 */
export function isDotSegment(segment: string): boolean {
  const cut = segment.normalize('NFKC').split(';', 1)[0] ?? ''
  return /^\.+$/.test(cut.trim())
}

const MAX_LENGTH = 4096
const PLAIN = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,255}$/
const SEPARATOR = /[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9]/
const ENCODED = /%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/
