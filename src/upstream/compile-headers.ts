import { expandSimple, type ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import { isNested } from '../catalogue/arguments/is-nested.ts'
import { isIdentityHeader, isReservedHeader } from '../catalogue/arguments/reserved-header.ts'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'
import { delimiterProblem } from './delimiter-problem.ts'
import { formText } from './form-field.ts'
import { argumentProblem } from './invalid-arguments.ts'
import { parameterValue } from './parameter-value.ts'

/** Adds the header parameters to `headers`; what is wrong goes to `problems`. */
export type FillHeaders = (
  args: JsonObject,
  headers: Record<string, string>,
  problems: ArgumentProblem[],
) => void

/**
 * Compiles the header parameters (style `simple` and Swagger 2.0's delimited ones, not percent-encoded). A header of the transport, of the
 * credentials or of routing is refused whatever the document says; one that names an identity, unless the
 * configuration binds it.
 *
 * @param isBound - whether an argument's value comes from the configuration instead of the caller.
 */
export function compileHeaders(plan: RequestPlan, isBound: (argument: string) => boolean): FillHeaders {
  const parameters = plan.headers.map(parameter => ({
    parameter,
    name: parameter.name.toLowerCase(),
    refused:
      !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(parameter.name) ||
      isReservedHeader(parameter.name) ||
      (isIdentityHeader(parameter.name) && !isBound(parameter.argument)),
  }))
  return (args, headers, problems) => {
    for (const { parameter, name, refused } of parameters) {
      const { argument } = parameter
      const given = Object.hasOwn(args, argument) ? args[argument] : undefined
      if (given === undefined || given === null) continue
      if (refused) {
        problems.push(argumentProblem([argument], 'nothing: callers may not set this header'))
        continue
      }
      const text = headerText(parameter, given, problems)
      if (text !== undefined) headers[name] = text
    }
  }
}

function headerText(
  parameter: ParameterPlan,
  given: unknown,
  problems: ArgumentProblem[],
): string | undefined {
  const isForm = parameter.form !== undefined && typeof given === 'object' && given !== null
  const value = isForm
    ? formText(parameter.form, given, [parameter.argument], problems)
    : parameterValue(parameter, given, problems)
  if (value === undefined) return undefined
  const isJson = !isForm && (parameter.json || isNested(given))
  const text = isJson ? asciiJson(value) : expandSimple(parameter, value, item => item)
  const expected = headerTextProblem(text) ?? delimiterProblem(parameter, value) ?? listProblem(value)
  if (expected === undefined) return text
  problems.push(argumentProblem([parameter.argument], expected, 'a text that is not safe in a header'))
  return undefined
}

/** JSON with everything outside ASCII escaped: the same value, in characters that a header can hold. */
function asciiJson(value: ParameterValue): string {
  return String(value).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** RFC 9110 5.5: outside ASCII, recipients disagree about the encoding, so it is refused. */
function headerTextProblem(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `a text of at most ${MAX_LENGTH} characters`
  if (!/^[\x20-\x7e]*$/.test(text)) return 'printable ASCII text on one line'
  if (text !== text.trim()) return 'a text without spaces at its ends'
  return undefined
}

/** A comma in an item would make two of it, and an equals sign in a key another key. */
function listProblem(value: ParameterValue): string | undefined {
  if (typeof value === 'string') return undefined
  const items = 'pairs' in value ? value.pairs.flat() : value
  if (items.some(item => item.includes(','))) return 'items without commas'
  const keys = 'pairs' in value ? value.pairs.map(([key]) => key) : []
  return keys.some(key => key.includes('=')) ? 'keys without equals signs' : undefined
}

const MAX_LENGTH = 8192
