/**
 * A text that a regular expression matches, for the common part of the syntax: literals, classes, groups,
 * alternatives, quantifiers, anchors at the ends. Deterministic: the first alternative, the first character of a
 * class, the fewest repetitions, more where the text would be too short.
 *
 * @param least - how long the text must be, at least
 * @returns undefined where no text was found that matches; nothing is returned that doesn't
 */
export function textOfPattern(pattern: string, least = 0): string | undefined {
  let expression: RegExp
  try {
    expression = new RegExp(pattern, 'u')
  } catch {
    try {
      expression = new RegExp(pattern)
    } catch {
      return undefined
    }
  }
  for (const more of [0, 1, 2, 4, 8, 16, 32, 64]) {
    const text = new Sampler(pattern, more).sample()
    if (text === undefined) return undefined
    if (text.length >= least && expression.test(text)) return text
    const longer = text.padEnd(least, 'a')
    if (expression.test(longer)) return longer
  }
  return undefined
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  n: '\n',
  t: '\t',
}
const CANDIDATES = 'a1A0zZ9_-.:/ bcdefgQ@+*é'

class Sampler {
  readonly #pattern: string
  /** How many repetitions more than asked for, where the quantifier has no upper bound. */
  readonly #more: number
  #at = 0

  constructor(pattern: string, more: number) {
    this.#pattern = pattern
    this.#more = more
  }

  sample(): string | undefined {
    const text = this.#alternatives()
    return this.#at === this.#pattern.length ? text : undefined
  }

  #alternatives(): string | undefined {
    let first = this.#sequence()
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1
      const other = this.#sequence()
      first ??= other
    }
    return first
  }

  #sequence(): string | undefined {
    let text: string | undefined = ''
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const atom = this.#atom()
      const times = this.#quantifier()
      text = atom === undefined || text === undefined ? undefined : text + atom.repeat(times)
    }
    return text
  }

  #atom(): string | undefined {
    const char = this.#pattern[this.#at] ?? ''
    this.#at += 1
    if (char === '^' || char === '$') return ''
    if (char === '.') return 'a'
    if (char === '\\') return this.#escape()
    if (char === '[') return this.#class()
    if (char !== '(') return char
    const marker = /^\?(?::|<?[=!]|<\w+>)/.exec(this.#pattern.slice(this.#at))?.[0] ?? ''
    this.#at += marker.length
    const inner = this.#alternatives()
    this.#at += 1
    // What looks around adds nothing; whether it holds, the whole expression tells.
    return /[=!]$/.test(marker) ? '' : inner
  }

  #escape(): string {
    const char = this.#pattern[this.#at] ?? ''
    this.#at += 1
    const code =
      char === 'u' ? /^(?:\{[\da-f]+\}|[\da-f]{4})/i.exec(this.#pattern.slice(this.#at))?.[0] : undefined
    if (code !== undefined) {
      this.#at += code.length
      return String.fromCodePoint(Number.parseInt(code.replace(/[{}]/g, ''), 16))
    }
    if (char === 'b' || char === 'B') return ''
    return CLASSES[char] ?? char
  }

  #class(): string | undefined {
    const from = this.#at - 1
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ']') {
      this.#at += this.#pattern[this.#at] === '\\' ? 2 : 1
    }
    this.#at += 1
    const source = this.#pattern.slice(from, this.#at)
    try {
      const expression = new RegExp(`^${source}$`)
      const own = source.replace(/^\[\^?|\]$/g, '').replaceAll('\\', '')
      return [...CANDIDATES, ...own].find(char => expression.test(char))
    } catch {
      return undefined
    }
  }

  #quantifier(): number {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#pattern.slice(this.#at))
    if (found === null) return 1
    this.#at += found[0].length
    const [whole, least, comma, most] = found
    if (whole.startsWith('*')) return this.#more
    if (whole.startsWith('+')) return 1 + this.#more
    if (whole.startsWith('?')) return Math.min(1, this.#more)
    if (comma === undefined) return Number(least)
    return Math.min(Number(least) + this.#more, most === '' ? Number.POSITIVE_INFINITY : Number(most))
  }
}
