import { type ConfigPath, type Finding, formatPath } from './problem.ts'

/** The configuration's data with the environment filled in. */
export interface Substituted {
  /** A deep copy that shares nothing with the input. */
  readonly value: unknown
  /** By {@link formatPath}: what the file has where something was filled in. */
  readonly sources: ReadonlyMap<string, string>
  /** By {@link formatPath}: strings that were one placeholder and nothing else. */
  readonly whole: ReadonlySet<string>
  /** Values that were filled in; they must appear in no message. */
  readonly filledIn: ReadonlySet<string>
  readonly findings: readonly Finding[]
}

const MOST_VALUES = 50_000
const DEEPEST = 64
const PLACEHOLDER = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^{}]*))?\}|\$\{/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every string value (never in keys) by what `env` says. The
 * default stands in for a variable that is unset or empty. `$${` is a literal `${`. Runs after parsing, so
 * that a variable can't add keys or change the structure.
 */
export function substitute(input: unknown, env: NodeJS.ProcessEnv): Substituted {
  const state: State = {
    env,
    sources: new Map(),
    whole: new Set(),
    filledIn: new Set(),
    findings: [],
    count: 0,
    above: new Set(),
  }
  const value = copy(input, [], state)
  return { value, ...state }
}

interface State {
  readonly env: NodeJS.ProcessEnv
  readonly sources: Map<string, string>
  readonly whole: Set<string>
  readonly filledIn: Set<string>
  readonly findings: Finding[]
  count: number
  /** The collections around the current value; meeting one again means a cycle. */
  readonly above: Set<object>
}

function copy(value: unknown, path: ConfigPath, state: State): unknown {
  if (typeof value === 'string') return fillIn(value, path, state)
  if (typeof value !== 'object' || value === null) return value
  const limit = limitReached(value, path, state)
  if (limit !== undefined) {
    // Once is enough: the rest of the copy would only repeat it.
    if (!state.findings.some(finding => finding.message === limit)) {
      state.findings.push({ path, message: limit, fix: 'write it out, without anchors and aliases' })
    }
    return null
  }
  state.above.add(value)
  const result = Array.isArray(value)
    ? value.map((item, index) => copy(item, [...path, index], state))
    : copyObject(value, path, state)
  state.above.delete(value)
  return result
}

function limitReached(value: object, path: ConfigPath, state: State): string | undefined {
  if (state.above.has(value)) return 'an alias stands for something that holds the alias itself'
  if (path.length > DEEPEST) return `nested more than ${DEEPEST} levels deep`
  state.count += Object.keys(value).length
  return state.count > MOST_VALUES
    ? `more than ${MOST_VALUES} values once aliases are written out`
    : undefined
}

function copyObject(value: object, path: ConfigPath, state: State): object {
  const result: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') {
      state.findings.push({ path: [...path, key], message: 'not a key', fix: 'remove it', secret: true })
      continue
    }
    result[key] = copy(member, [...path, key], state)
  }
  return result
}

function fillIn(text: string, path: ConfigPath, state: State): string {
  if (!text.includes('${')) return text
  let failed = false
  const result = text.replace(PLACEHOLDER, (match, name?: string, fallback?: string) => {
    if (match.startsWith('$$')) return '${'
    const value = name === undefined ? undefined : lookUp(name, fallback, state.env)
    if (value !== undefined) {
      if (value !== fallback) state.filledIn.add(value)
      return value
    }
    failed = true
    state.findings.push(name === undefined ? notAPlaceholder(path) : unset(path, name))
    return match
  })
  if (failed) return text
  state.sources.set(formatPath(path), text)
  if (/^\$\{[^{}]*\}$/.test(text)) state.whole.add(formatPath(path))
  return result
}

function lookUp(name: string, fallback: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  return value === '' && fallback !== undefined ? fallback : (value ?? fallback)
}

function unset(path: ConfigPath, name: string): Finding {
  return {
    path,
    message: `the environment variable ${name} is not set`,
    fix: `set ${name}, or give a default: \${${name}:-…}`,
  }
}

function notAPlaceholder(path: ConfigPath): Finding {
  return {
    path,
    message: 'what starts with ${ here is no placeholder',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
    fix: 'write ${NAME} or ${NAME:-default}, or $${ for the two characters themselves',
  }
}
