/**
 * The value of a JSON text in which no object has a member twice; undefined for anything else.
 *
 * `JSON.parse` takes the last of two members of one name, other readers the first, so that two of them see two
 * different callers in one token (RFC 8725 section 2.4, RFC 7519 section 4). Names are compared as they are
 * meant, `"\u0069ss"` is `"iss"`. Works without recursion; meant for texts of a few kilobytes.
 */
export function parseUniqueJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return hasDuplicate(text) ? undefined : value
}

/** Strings and the signs around them, of a text that is known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g
const COLON = /\s*:/y

function hasDuplicate(text: string): boolean {
  /** Names seen in each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (isName(text, index + token.length)) {
      const name: unknown = JSON.parse(token)
      const seen = open.at(-1)
      if (seen === undefined || typeof name !== 'string' || seen.has(name)) return true
      seen.add(name)
    }
  }
  return false
}

function isName(text: string, end: number): boolean {
  COLON.lastIndex = end
  return COLON.test(text)
}
