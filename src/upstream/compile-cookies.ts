import type { ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import { isNested } from '../catalogue/arguments/is-nested.ts'
import { isCredentialCookie } from '../catalogue/arguments/reserved-header.ts'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'
import { type At, formText } from './form-field.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { otherNames } from './other-names.ts'
import { parameterValue } from './parameter-value.ts'
import { percentEncode, percentEncodeInPath } from './percent-encode.ts'
import { foldQueryName } from './query-name.ts'

/** Writes the value of the one `Cookie` header, empty where there is none; what is wrong goes to `problems`. */
export type FillCookies = (args: JsonObject, problems: ArgumentProblem[]) => string

/**
 * Compiles the cookie parameters (RFC 6265 4.2.1): style `form`, percent-encoded, and 3.2's style `cookie`, as it
 * is. Several values of an exploded list or object become several cookies, as OpenAPI 3.2 has it for both.
 *
 * What holds for any arguments: every cookie has the name of its parameter or is a member of an exploded object
 * that passes for no other parameter and no session, and no value ends its cookie.
 */
export function compileCookies(plan: RequestPlan): FillCookies {
  if (plan.cookies.length === 0) return () => ''
  const cookies = plan.cookies.map(parameter => ({
    parameter,
    others: new Set(otherNames(plan, parameter).map(foldQueryName)),
  }))
  return (args, problems) => {
    const pairs: string[] = []
    for (const { parameter, others } of cookies) {
      const { argument } = parameter
      const value = Object.hasOwn(args, argument) ? args[argument] : undefined
      if (value !== undefined && value !== null) append(parameter, others, value, pairs, problems)
    }
    const text = pairs.join('; ')
    if (text.length > MAX_LENGTH)
      problems.push(argumentProblem([], `cookies of at most ${MAX_LENGTH} characters`))
    return text
  }
}

function append(
  plan: ParameterPlan,
  others: ReadonlySet<string>,
  value: unknown,
  pairs: string[],
  problems: ArgumentProblem[],
): void {
  const at = [plan.argument]
  const isJson = plan.json || isNested(value)
  const push = (name: string, text: string, where: At) => {
    const encoded = encodeValue(isJson ? { ...plan, json: true } : plan, text, where, problems)
    if (encoded !== undefined) pairs.push(`${name}=${encoded}`)
  }
  if (plan.form !== undefined && typeof value === 'object' && value !== null) {
    push(plan.name, formText(plan.form, value, at, problems), at)
    return
  }
  const read = parameterValue(plan, value, problems)
  if (read === undefined) return
  if (typeof read === 'string') push(plan.name, read, at)
  else if (!plan.explode) pairs.push(...joined(plan, read, at, problems))
  else if (!('pairs' in read))
    for (const [index, item] of read.entries()) push(plan.name, item, [...at, index])
  else {
    for (const [key, item] of read.pairs) {
      const name = plan.style === 'cookie' ? key : percentEncode(key)
      if (!refusesName(name, key, others, [...at, key], problems)) push(name, item, [...at, key])
    }
  }
}

/** The comma is OpenAPI's own delimiter; strictly, RFC 6265 knows none, and recipients take it as it is. */
function joined(
  plan: ParameterPlan,
  value: Exclude<ParameterValue, string>,
  at: At,
  problems: ArgumentProblem[],
): readonly string[] {
  const items = 'pairs' in value ? value.pairs.flat() : value
  const encoded = items.map(item => encodeValue(plan, item, at, problems)?.replaceAll(',', '%2C') ?? '')
  return [`${plan.name}=${encoded.join(',')}`]
}

function encodeValue(
  plan: ParameterPlan,
  text: string,
  at: At,
  problems: ArgumentProblem[],
): string | undefined {
  if (plan.style !== 'cookie' || plan.json || plan.form !== undefined) {
    return plan.allowReserved ? percentEncodeInPath(text) : percentEncode(text)
  }
  if (COOKIE_OCTETS.test(text)) return text
  const expected =
    'a text without spaces, quotes, commas, semicolons, backslashes and other than ASCII, percent-encoded where the API asks for that'
  problems.push(argumentProblem(at, expected, 'a text that is not safe in a cookie'))
  return undefined
}

function refusesName(
  name: string,
  key: string,
  others: ReadonlySet<string>,
  at: At,
  problems: ArgumentProblem[],
): boolean {
  const isSafe =
    TOKEN.test(name) &&
    // Who decodes names could make any other of it.
    !key.includes('%') &&
    !/^(?:\$|__(?:host|secure)-)/i.test(key.normalize('NFKC').trim()) &&
    !isCredentialCookie(key) &&
    !others.has(foldQueryName(key)) &&
    !others.has(foldQueryName(key.split('[', 1)[0] ?? ''))
  if (!isSafe) problems.push(argumentProblem(at, 'a key that is a cookie’s name and no other parameter’s'))
  return !isSafe
}

/** RFC 6265 4.1.1 cookie-octet. */
const COOKIE_OCTETS = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const MAX_LENGTH = 8192
