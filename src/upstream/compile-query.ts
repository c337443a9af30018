import type { ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { isMethodOverride } from './method-override.ts'
import { parameterText, parameterValue } from './parameter-value.ts'
import { percentEncode, percentEncodeReserved } from './percent-encode.ts'
import { decodeQueryName, foldQueryName } from './query-name.ts'

/** Writes the query without `?`, empty where there is none; what is wrong goes to `problems`. */
export type FillQuery = (args: JsonObject, problems: ArgumentProblem[]) => string

type Encode = (text: string) => string

interface QueryParameter {
  readonly plan: ParameterPlan
  /** Name on the wire, encoded. */
  readonly name: string
  readonly encode: Encode
  /** Names of the other parameters: no key of an exploded object may pass for one of them. */
  readonly others: ReadonlySet<string>
}

/** Compiles the query parameters: `form`, `spaceDelimited`, `pipeDelimited`, `deepObject` and JSON content. */
export function compileQuery(plan: RequestPlan): FillQuery {
  const parameters = plan.query.map(parameter => prepare(parameter, plan))
  if (parameters.length === 0) return () => ''
  return (args, problems) => {
    const pairs: string[] = []
    for (const parameter of parameters) {
      const { argument } = parameter.plan
      const value = Object.hasOwn(args, argument) ? args[argument] : undefined
      if (value !== undefined && value !== null) append(parameter, value, pairs, problems)
    }
    return pairs.join('&')
  }
}

function prepare(plan: ParameterPlan, request: RequestPlan): QueryParameter {
  const encode = plan.allowReserved ? percentEncodeReserved : percentEncode
  const others = namesOf(request, plan).map(foldQueryName)
  return { plan, name: percentEncode(plan.name.toWellFormed()), encode, others: new Set(others) }
}

/** Of all locations: many frameworks keep path, query and body in one bag and let the query win. */
function namesOf({ path, query, headers, body }: RequestPlan, own: ParameterPlan): readonly string[] {
  const parts = [...path, ...query, ...headers]
  const names = parts.flatMap(part => (typeof part === 'string' || part === own ? [] : [part.name]))
  return body?.kind === 'properties' ? [...names, ...body.properties.keys()] : names
}

function append(
  parameter: QueryParameter,
  value: unknown,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  const { plan, name, encode } = parameter
  if (typeof value === 'string' && value.length < 256 && /^[A-Za-z0-9._~-]*$/.test(value) && !plan.json) {
    pairs.push(`${name}=${value}`)
    return
  }
  if (plan.style === 'deepObject' && typeof value === 'object' && value !== null && !plan.json) {
    appendDeep(parameter, plan.name, value, [plan.argument], pairs, problems)
    return
  }
  const read = parameterValue(plan, value, problems)
  if (read === undefined) return
  if (typeof read === 'string') pairs.push(`${name}=${encode(read)}`)
  else if (!plan.explode) pairs.push(`${name}=${delimited(plan, read, encode)}`)
  else if ('pairs' in read) appendEntries(parameter, read, pairs, problems)
  else for (const item of read) pairs.push(`${name}=${encode(item)}`)
}

/** Several values in one, joined by the style's delimiter; the delimiter inside an item is always encoded. */
function delimited(plan: ParameterPlan, value: Exclude<ParameterValue, string>, encode: Encode): string {
  const delimiter = plan.style === 'spaceDelimited' ? '%20' : plan.style === 'pipeDelimited' ? '%7C' : ','
  const items = 'pairs' in value ? value.pairs.flat() : value
  return items.map(item => encode(item).replaceAll(',', '%2C')).join(delimiter)
}

function appendEntries(
  parameter: QueryParameter,
  { pairs: entries }: Extract<ParameterValue, { pairs: unknown }>,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  for (const [key, item] of entries) {
    if (isForeign(parameter, key, [parameter.plan.argument, key], problems)) continue
    pairs.push(`${percentEncode(key)}=${parameter.encode(item)}`)
  }
}

/** `name[key]=value`, nested objects likewise; a list of scalars repeats `name[]`, other lists are numbered. */
function appendDeep(
  parameter: QueryParameter,
  name: string,
  value: object,
  at: readonly (string | number)[],
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  if (at.length > MAX_DEPTH) {
    problems.push(argumentProblem(at, `at most ${MAX_DEPTH} levels of nesting`))
    return
  }
  const plainList = Array.isArray(value) && value.every(item => item === null || typeof item !== 'object')
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue
    const inner = `${name}[${plainList ? '' : key}]`
    const here = [...at, key]
    if (!Array.isArray(value) && isForeign(parameter, inner, here, problems)) continue
    if (typeof item === 'object') {
      appendDeep(parameter, inner, item, here, pairs, problems)
      continue
    }
    const innerName = parameterText(inner, here, problems)
    const text = parameterText(item, here, problems)
    if (innerName === undefined || text === undefined) continue
    pairs.push(`${percentEncode(innerName)}=${parameter.encode(text)}`)
  }
}

/** Refuses a key that a backend could take for another parameter, perhaps one that is bound to the caller, or for the method. */
function isForeign(
  { plan, others }: QueryParameter,
  name: string,
  at: readonly (string | number)[],
  problems: ArgumentProblem[],
): boolean {
  const base = foldQueryName(decodeQueryName(name).split('[', 1)[0] ?? '')
  const foreign =
    name === '' ||
    isMethodOverride(decodeQueryName(name)) ||
    others.has(foldQueryName(name)) ||
    (base !== foldQueryName(plan.name) && others.has(base))
  if (foreign) problems.push(argumentProblem(at, 'a key that is not the name of another parameter'))
  return foreign
}

const MAX_DEPTH = 8
