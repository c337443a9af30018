/** One challenge of a WWW-Authenticate header. */
export interface Challenge {
  readonly scheme: string
  /** Names in lower case, values without their quotes. */
  readonly parameters: Readonly<Record<string, string>>
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const QUOTED = /"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)"/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const EQUALS = /[ \t]*=[ \t]*/y
const COMMA = /[ \t]*,[ \t]*/y
const SPACES = / +/y

/**
 * Parses a WWW-Authenticate header by the grammar of RFC 9110 section 11.6.1, and nothing more lenient: a client that
 * reads it otherwise than it was meant asks for a token somewhere else.
 *
 * @throws Error where it is none
 */
export function parseChallenges(header: string): readonly Challenge[] {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(header)
    if (found === null) return undefined
    at = pattern.lastIndex
    return found
  }
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at} of ${JSON.stringify(header)}`)
  }
  /** `name = value`, or undefined, and then nothing was read. */
  const parameter = (): readonly [string, string] | undefined => {
    const start = at
    const name = take(TOKEN)?.[0]
    if (name !== undefined && take(EQUALS) !== undefined) {
      const value = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1') ?? take(TOKEN)?.[0]
      if (value !== undefined) return [name.toLowerCase(), value]
    }
    at = start
    return undefined
  }

  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (let isFirst = true; at < header.length || isFirst; isFirst = false) {
    if (!isFirst && take(COMMA) === undefined) fail('no comma')
    const last = challenges.at(-1)
    const more = last && parameter()
    if (last !== undefined && more !== undefined) {
      if (more[0] in last.parameters) fail(`${more[0]} twice`)
      last.parameters[more[0]] = more[1]
      continue
    }
    const scheme = take(TOKEN)?.[0] ?? fail('no scheme')
    const parameters: Record<string, string> = Object.create(null)
    challenges.push({ scheme, parameters })
    if (take(SPACES) === undefined) continue
    const first = parameter()
    if (first !== undefined) parameters[first[0]] = first[1]
    else if (take(TOKEN68) === undefined) fail('neither parameter nor token68')
  }
  return challenges
}
