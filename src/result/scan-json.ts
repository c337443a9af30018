/**
 * Reads a JSON text without building its values: where a value ends, and what its members and items are. All
 * text given here has been parsed before, so it is valid; spaces may stand between its tokens. No recursion: how
 * deep a text is nested is the backend's choice.
 */

/** Where the value that starts at `at` ends (exclusive). */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return endOfString(text, at)
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return endOfScalar(text, at)
  let depth = 0
  for (let index = at; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) index = endOfString(text, index) - 1
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++
    else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return index + 1
  }
  return text.length
}

/** The first place at or after `at` that is no white space and none of the given token. */
export function skipTo(text: string, at: number, token = 0): number {
  let index = at
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code !== SPACE && code !== token && code !== LF && code !== CR && code !== TAB) break
  }
  return index
}

/** Where the string whose opening quote is at `at` ends: after the closing quote. */
export function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

export const COMMA = 0x2c
export const COLON = 0x3a
export const QUOTE = 0x22
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
export const OPEN_LIST = 0x5b
export const CLOSE_LIST = 0x5d
export const BACKSLASH = 0x5c
const SPACE = 0x20
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d

function endOfScalar(text: string, at: number): number {
  let index = at
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST || code <= SPACE) break
  }
  return index
}
