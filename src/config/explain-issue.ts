import type { z } from 'zod'
import { nearestKey } from './nearest-key.ts'
import { NOT_OFFERED } from './not-offered.ts'
import { knownKeysOf } from './parse-config.ts'
import { type ConfigPath, type Finding, shorten } from './problem.ts'
import { valueAt } from './value-at.ts'

/** What a zod issue means to the author: one finding, or several where it names several keys. */
export function explainIssue(issue: z.core.$ZodIssue, input: unknown): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysOf(issue)
    return issue.keys.map(key => unknownKey([...issue.path, key], key, known))
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, input)
  if (issue.code === 'invalid_key') return [invalidKey(issue)]
  const value = valueAt(input, issue.path)
  if (issue.path.length === 0 && (value ?? undefined) === undefined) return [EMPTY]
  if (value === undefined && issue.code !== 'custom') return [missingKey(issue.path, issue)]
  return [{ path: issue.path, ...describe(issue, value) }]
}

const EMPTY: Finding = { path: [], message: 'the file is empty', fix: 'start with name, apis and auth' }

/** The value of an unknown key is never shown: nobody knows what it is. */
function unknownKey(path: ConfigPath, key: string, known: readonly string[]): Finding {
  const name = shorten(key)
  const near = nearestKey(key, known)
  if (near === undefined && NOT_OFFERED.has(key)) {
    return { path, message: `${name} is not offered by this version`, fix: 'remove it', secret: true }
  }
  const fix = near === undefined ? `remove it, or write one of ${known.join(', ')}` : `did you mean ${near}?`
  return { path, message: `${name} is not a known key here`, fix, secret: true }
}

function missingKey(path: ConfigPath, issue: z.core.$ZodIssue): Finding {
  const key = shorten(String(path.at(-1) ?? ''))
  const values = issue.code === 'invalid_value' ? `, one of ${issue.values.map(String).join(', ')}` : ''
  return { path, message: `${key} is missing`, fix: `add ${key}${values}` }
}

type UnionIssue = Extract<z.core.$ZodIssue, { code: 'invalid_union' }>

function explainUnion(issue: UnionIssue, input: unknown): readonly Finding[] {
  const value = valueAt(input, issue.path)
  if (issue.errors.length === 0) return [wrongVariant(issue, value)]
  // The variant that the author had in mind is the one whose outermost type fits.
  const fitting = issue.errors.find(
    errors => !errors.some(error => error.code === 'invalid_type' && error.path.length === 0),
  )
  if (fitting !== undefined) {
    return fitting.flatMap(error => explainIssue({ ...error, path: [...issue.path, ...error.path] }, input))
  }
  const types = issue.errors.flatMap(errors =>
    errors.flatMap(error => (error.code === 'invalid_type' ? [typeName(error.expected)] : [])),
  )
  const expected = [...new Set(types)].join(' or ')
  return [
    { path: issue.path, message: `${kindOf(value)} where ${expected} is expected`, fix: `write ${expected}` },
  ]
}

/** The discriminating key (`type`, `to`) is missing or has a value that no variant has. */
function wrongVariant(issue: UnionIssue, value: unknown): Finding {
  const path = issue.path
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
  const fix = `write one of ${options.join(', ')}`
  const key = String(path.at(-1) ?? '')
  if (value === undefined) return { path, message: `${key} is missing`, fix }
  const near = typeof value === 'string' ? nearestKey(value, options) : undefined
  return { path, message: `not a known ${key}`, fix: near === undefined ? fix : `did you mean ${near}?` }
}

function invalidKey(issue: Extract<z.core.$ZodIssue, { code: 'invalid_key' }>): Finding {
  const inner = issue.issues[0]
  const texts = inner === undefined ? undefined : split(inner.message)
  return {
    path: issue.path,
    message: `the key is ${texts?.message ?? 'not valid'}`,
    fix: texts?.fix ?? 'write another name',
  }
}

type Texts = Pick<Finding, 'message' | 'fix'>

function describe(issue: z.core.$ZodIssue, value: unknown): Texts {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = typeName(issue.expected)
      return { message: `${kindOf(value)} where ${expected} is expected`, fix: `write ${expected}` }
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const near = typeof value === 'string' ? nearestKey(value, values) : undefined
      const fix = near === undefined ? `write one of ${values.join(', ')}` : `did you mean ${near}?`
      return { message: 'not a value that is known here', fix }
    }
    case 'too_small':
      return amount(issue.origin, 'at least', Number(issue.minimum))
    case 'too_big':
      return amount(issue.origin, 'at most', Number(issue.maximum))
    case 'custom': {
      const fix: unknown = issue.params?.fix
      return typeof fix === 'string' ? { message: issue.message, fix } : split(issue.message)
    }
    default:
      return split(issue.message)
  }
}

/** Takes a schema's message `what is wrong; how to write it` apart. */
function split(text: string): Texts {
  const [message = text, ...rest] = text.split('; ')
  return { message, fix: rest.length === 0 ? 'write another value' : rest.join('; ') }
}

function amount(origin: string, bound: string, limit: number): Texts {
  if (origin === 'array' && bound === 'at least') {
    return { message: 'the list is too short', fix: `name at least ${limit}, or leave the key away` }
  }
  if (origin === 'array') return { message: 'the list is too long', fix: `name ${bound} ${limit}` }
  if (origin === 'string' && limit === 1) return { message: 'the text is empty', fix: 'write a value' }
  if (origin === 'string')
    return { message: 'the text has the wrong length', fix: `write ${bound} ${limit} characters` }
  const size = bound === 'at least' ? 'small' : 'large'
  return { message: `the number is too ${size}`, fix: `write ${bound} ${limit}` }
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping of keys',
    record: 'a mapping of keys',
  }
  return names[expected] ?? expected
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  return typeName(typeof value)
}
