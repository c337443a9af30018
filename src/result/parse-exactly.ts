/**
 * Parses JSON so that writing it again gives the numbers that were there: those that a double can't hold become
 * opaque values (`JSON.rawJSON`), which can be passed on, though not calculated with.
 *
 * @throws Error for what is no JSON
 */
export function parseExactly(source: string): unknown {
  if (!LONG_NUMBER.test(source)) return JSON.parse(source)
  try {
    return JSON.parse(source, keepExact)
  } catch {
    // Revivers are called recursively: too deep a nesting has to do without.
    return JSON.parse(source)
  }
}

/** Sixteen digits in a row, or an exponent: may be a number that a double rounds. */
const LONG_NUMBER = /\d{16}|\d[eE][+-]?\d/

const rawJson: unknown = Reflect.get(JSON, 'rawJSON')

function keepExact(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  const isExact = Number.isSafeInteger(value) || (source.length <= 17 && Number.isFinite(value))
  return isExact || typeof rawJson !== 'function' ? value : rawJson(source)
}
