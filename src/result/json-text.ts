/** JSON as it can be given to a client. */
export interface JsonText {
  /** One line, valid JSON, without lone surrogates: safe to splice into a JSON-RPC message or an event. */
  readonly text: string
  /** What it says, parsed. */
  readonly value: unknown
}

/**
 * Checks a JSON text and puts it on one line; undefined if it is not JSON.
 *
 * The text is cleaned as text and never written anew from the parsed value: that would round large numbers,
 * reorder keys and turn `1e400` into null. A text that is compact already is returned as it is, after the
 * single parse.
 */
export function readJson(source: string): JsonText | undefined {
  let text = source.trim()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (text.includes('\n') || text.includes('\r') || text.includes('\t')) text = compact(text)
  if (text.includes('\\u') && SURROGATE.test(text)) text = mendSurrogates(text)
  return { text, value }
}

/** JSON that is on one line already and names no surrogate, as `compact-json.ts` tells: parsed when somebody looks into it. */
export class CompactJson implements JsonText {
  readonly text: string
  #value: unknown

  constructor(text: string) {
    this.text = text
  }

  get value(): unknown {
    // No JSON says undefined.
    if (this.#value === undefined) this.#value = JSON.parse(this.text)
    return this.#value
  }
}

/** Raw line breaks and tabs can't be inside a JSON string, so their presence means that it is pretty-printed. */
function compact(text: string): string {
  try {
    return text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+/g, '$1')
  } catch {
    // Millions of escapes in one string are more than the expression's stack holds: token by token, then.
    let isInString = false
    return text.replace(/\\.|"|[ \t\r\n]+/g, part => {
      if (part === '"') isInString = !isInString
      return isInString || part === '"' || part.startsWith('\\') ? part : ''
    })
  }
}

const SURROGATE = /\\u[dD][89a-fA-F]/

/** A lone surrogate is valid JSON, but strict parsers refuse the whole message for it. */
function mendSurrogates(text: string): string {
  const escapes =
    /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\./g
  return text.replace(escapes, part => (part.length === 6 ? '\\ufffd' : part))
}
