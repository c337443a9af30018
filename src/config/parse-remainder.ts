import type { z } from 'zod'
import { parseConfig } from './parse-config.ts'
import type { ConfigPath } from './problem.ts'
import type { ParsedConfig } from './schema.ts'
import { valueAt } from './value-at.ts'

/** Values that fit wherever a required key of that name is missing or wrong. Never used for anything but checks. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  name: 'unnamed',
  openapi: 'unknown',
  request: 'GET /',
  value: 'unknown',
  path: '/unknown',
  api: 'unknown',
  url: 'redis://unknown',
  headers: ['X-Unknown'],
  verify: { request: 'GET /', grant: ['unknown'] },
  scopes: ['unknown'],
  allow: ['unknown'],
  match: { operation: 'unknown' },
}
/** Faults can hide further ones, as a wrong `type` hides the keys beside it; deeper than this nothing hides. */
const ROUNDS = 4

/**
 * What is left of a faulty configuration: wrong keys are taken out, missing ones stood in for, so that the checks
 * of the whole file can report what they find in the same run. Changes `value`. Undefined if too little is left.
 */
export function parseRemainder(value: unknown): ParsedConfig | undefined {
  for (let round = 0; round < ROUNDS; round++) {
    const { config, issues } = parseConfig(value)
    if (config !== undefined) return config
    for (const issue of issues) mend(value, issue)
  }
  return undefined
}

function mend(value: unknown, issue: z.core.$ZodIssue): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) replace(value, [...issue.path, key], undefined)
    return
  }
  // A union's own issue is about the whole value; what is inside it is not worth keeping.
  const [path, key] = [issue.path, issue.path.at(-1)]
  if (issue.code === 'invalid_union' && issue.errors.length === 0 && path.length > 1)
    replaceVariant(value, path)
  else if (typeof key === 'number') replace(value, path.slice(0, -1), undefined)
  else if (key !== undefined)
    replace(value, path, valueAt(value, path) === undefined ? standIn(key) : undefined)
}

/** Something of an unknown `type`: a scheme becomes one that clashes with no other, anything else goes. */
function replaceVariant(value: unknown, path: ConfigPath): void {
  const [section, index] = path
  const scheme = { type: 'token', prefix: `unknown${String(index)}_`, header: `X-Unknown-${String(index)}` }
  const isScheme = section === 'auth' && typeof index === 'number'
  replace(value, isScheme ? ['auth', index] : path.slice(0, -1), isScheme ? scheme : undefined)
}

function standIn(key: PropertyKey): unknown {
  return typeof key === 'string' && Object.hasOwn(STAND_INS, key)
    ? structuredClone(STAND_INS[key])
    : undefined
}

function replace(value: unknown, path: ConfigPath, replacement: unknown): void {
  const parent = valueAt(value, path.slice(0, -1))
  const key = path.at(-1)
  if (typeof parent !== 'object' || parent === null || key === undefined) return
  if (Array.isArray(parent) && replacement === undefined) replace(value, path.slice(0, -1), undefined)
  else if (replacement === undefined) Reflect.deleteProperty(parent, key)
  else Reflect.set(parent, key, replacement)
}
