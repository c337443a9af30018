import { PosternError } from '../errors.ts'

/** One mistake in the configuration file, with all its author needs to mend it. */
export interface ConfigProblem {
  /** Where, `apis[0].tools.rules[1].when`; empty for the file as a whole. */
  readonly path: string
  /** Line of the file, counted from 1; undefined where there is none. */
  readonly line?: number
  /** What is there, as the file has it and shortened; left out where it may be a secret. */
  readonly value?: string
  /** What is wrong. */
  readonly message: string
  /** What to do. */
  readonly fix: string
}

/** A path of keys and list positions into the file. */
export type ConfigPath = readonly PropertyKey[]

/** A problem before it is placed in the file: where, what and what to do. */
export interface Finding {
  readonly path: ConfigPath
  readonly message: string
  readonly fix: string
  /** Other places that the finding draws on; it waits while one of them has a problem of its own. */
  readonly concerns?: readonly ConfigPath[]
  /** Set where the value must not be shown. */
  readonly secret?: boolean
}

/** `['apis', 0, 'tools']` as `apis[0].tools`; keys that are no plain words are quoted, `scopes["read:x"]`. */
export function formatPath(path: ConfigPath): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (/^[$A-Za-z_][\w$-]*$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`
    else text += `[${JSON.stringify(shorten(String(key)))}]`
  }
  return text
}

/** At most 60 characters of a text, without control characters, so that a terminal shows one harmless line. */
export function shorten(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
  return clean.length > 60 ? `${clean.slice(0, 57)}…` : clean
}

/** True for keys whose value may be a secret, whoever wrote it there. */
export function isSecretPath(path: ConfigPath): boolean {
  const last = String(path.at(-1) ?? '')
  if (/secret|token|password|passphrase|credential|private|^value$|^url$|key$/i.test(last)) return true
  if (path.includes('secrets')) return true
  if (path[0] === 'store' && path[1] === 'cluster') return true
  const verify = path.indexOf('verify')
  if (verify >= 0 && (path[verify + 1] === 'headers' || path[verify + 1] === 'body')) return true
  return path.some(key => key === 'credentials') && !/^(type|header)$/.test(last)
}

/** The error of {@link loadConfig}: `configuration_invalid` with `data.file` and every problem in `data.problems`. */
export function configurationInvalid(file: string, problems: readonly ConfigProblem[]): PosternError {
  return new PosternError('configuration_invalid', {
    message: `The configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}.`,
    data: { file, problems },
  })
}
