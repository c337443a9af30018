import { DELIMITERS, type ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import type { ArgumentProblem, ParameterPlan } from '../catalogue/tool.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { isMethodOverride } from './method-override.ts'
import { parameterText, parameterValue } from './parameter-value.ts'
import { percentEncode, percentEncodeReserved } from './percent-encode.ts'
import { decodeQueryName, foldQueryName } from './query-name.ts'

/** Where a value is among the arguments. */
export type At = readonly (string | number)[]

/** One field of a query or of a form, prepared once. */
export interface FormField {
  readonly plan: ParameterPlan
  /** Name on the wire, encoded. */
  readonly name: string
  readonly encode: (text: string) => string
  /** Folded names of the other parameters: no key of an exploded object may pass for one of them. */
  readonly others: ReadonlySet<string>
}

/**
 * Prepares a field.
 *
 * @param others - names of all other parameters, wherever they are: many frameworks keep path, query and body in
 *   one bag and let one of them win
 */
export function formField(plan: ParameterPlan, others: Iterable<string>): FormField {
  return {
    plan,
    name: percentEncode(plan.name.toWellFormed()),
    encode: plan.allowReserved ? percentEncodeReserved : percentEncode,
    others: new Set(Array.from(others, foldQueryName)),
  }
}

/**
 * Appends `name=value` pairs, percent-encoded, in the styles `form`, `spaceDelimited`, `pipeDelimited`,
 * `tabDelimited` and `deepObject` (OpenAPI 3.1 "Style Values"), and JSON and form content. Nothing is appended
 * for a value that is null or empty of items; what is wrong goes to `problems`.
 */
export function appendField(
  field: FormField,
  value: unknown,
  at: At,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  const { plan, name, encode } = field
  if (value === undefined || value === null) return
  if (typeof value === 'string' && value.length < 256 && /^[A-Za-z0-9._~-]*$/.test(value) && !plan.json) {
    pairs.push(`${name}=${value}`)
    return
  }
  if (typeof value === 'object' && !plan.json) {
    if (plan.form !== undefined) {
      const text = formText(plan.form, value, at, problems)
      if (text !== '') pairs.push(`${name}=${percentEncode(text)}`)
      return
    }
    if (plan.style === 'deepObject') {
      appendDeep(field, plan.name, value, at, pairs, problems)
      return
    }
  }
  const read = parameterValue(plan, value, problems, at)
  if (read === undefined) return
  if (typeof read === 'string') pairs.push(`${name}=${encode(read)}`)
  else if (!plan.explode) pairs.push(`${name}=${delimited(plan, read, encode)}`)
  else if ('pairs' in read) appendEntries(field, read, at, pairs, problems)
  else for (const item of read) pairs.push(`${name}=${encode(item)}`)
}

/**
 * An object as `application/x-www-form-urlencoded`, percent-encoded; empty where it has nothing to send. Members
 * without a plan of their own: lists repeat the name, what is nested is JSON (OpenAPI 3.1 "Encoding Object").
 *
 * @param others - names that no member may have, see {@link formField}
 */
export function formText(
  fields: readonly ParameterPlan[],
  value: object,
  at: At,
  problems: ArgumentProblem[],
  others: Iterable<string> = [],
): string {
  const planned = new Map(fields.map(plan => [plan.argument, plan]))
  const pairs: string[] = []
  const taken = new Set(Array.from(others, foldQueryName))
  for (const [key, item] of Object.entries(value)) {
    const here = [...at, key]
    const plan = planned.get(key)
    if (refusesKey(key, taken, undefined, here, problems)) continue
    if (plan !== undefined) {
      appendField(formField(plan, taken), item, here, pairs, problems)
      continue
    }
    const name = parameterText(key, here, problems)
    if (name === undefined) continue
    for (const one of Array.isArray(item) ? item : [item]) {
      if (one === null || one === undefined) continue
      const plain = typeof one === 'object' ? JSON.stringify(one) : one
      const text = parameterText(plain, here, problems)
      if (text !== undefined) pairs.push(`${percentEncode(name)}=${percentEncode(text)}`)
    }
  }
  return pairs.join('&')
}

/** Several values in one, joined by the style's delimiter; the delimiter inside an item is always encoded. */
function delimited(
  plan: ParameterPlan,
  value: Exclude<ParameterValue, string>,
  encode: FormField['encode'],
): string {
  const items = 'pairs' in value ? value.pairs.flat() : value
  const delimiter = DELIMITERS[plan.style]
  const joint = delimiter === undefined ? ',' : percentEncode(delimiter)
  return items.map(item => encode(item).replaceAll(',', '%2C')).join(joint)
}

function appendEntries(
  { plan, others, encode }: FormField,
  { pairs: entries }: Extract<ParameterValue, { pairs: unknown }>,
  at: At,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  for (const [key, item] of entries) {
    if (refusesKey(key, others, plan.name, [...at, key], problems)) continue
    pairs.push(`${percentEncode(key)}=${encode(item)}`)
  }
}

/** `name[key]=value`, nested objects likewise; a list of scalars repeats `name[]`, other lists are numbered. */
function appendDeep(
  field: FormField,
  name: string,
  value: object,
  at: At,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  if (at.length > MAX_DEPTH) {
    problems.push(argumentProblem(at, `at most ${MAX_DEPTH} levels of nesting`))
    return
  }
  const { plan, others, encode } = field
  const plainList = Array.isArray(value) && value.every(item => item === null || typeof item !== 'object')
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue
    const inner = `${name}[${plainList ? '' : key}]`
    const here = [...at, key]
    if (!Array.isArray(value) && refusesKey(inner, others, plan.name, here, problems)) continue
    if (typeof item === 'object') {
      appendDeep(field, inner, item, here, pairs, problems)
      continue
    }
    const innerName = parameterText(inner, here, problems)
    const text = parameterText(item, here, problems)
    if (innerName === undefined || text === undefined) continue
    pairs.push(`${percentEncode(innerName)}=${encode(text)}`)
  }
}

/**
 * Refuses a key that a backend could take for another parameter, perhaps one that is bound to the caller, or for
 * the method.
 */
function refusesKey(
  name: string,
  others: ReadonlySet<string>,
  own: string | undefined,
  at: At,
  problems: ArgumentProblem[],
): boolean {
  const decoded = decodeQueryName(name)
  const base = foldQueryName(decoded.split('[', 1)[0] ?? '')
  const isOwn = own !== undefined && base === foldQueryName(own)
  const isForeign =
    name === '' ||
    isMethodOverride(decoded) ||
    others.has(foldQueryName(name)) ||
    (!isOwn && others.has(base))
  if (isForeign) problems.push(argumentProblem(at, 'a key that is not the name of another parameter'))
  return isForeign
}

const MAX_DEPTH = 8
