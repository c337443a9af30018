import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'
import { appendField, type FormField, formField, formText } from './form-field.ts'
import { otherNames } from './other-names.ts'
import { parameterValue } from './parameter-value.ts'
import { percentEncode } from './percent-encode.ts'

/** Writes the query without `?`, empty where there is none; what is wrong goes to `problems`. */
export type FillQuery = (args: JsonObject, problems: ArgumentProblem[]) => string

/** Compiles the query parameters, and the argument that is the whole query (OpenAPI 3.2 `in: querystring`). */
export function compileQuery(plan: RequestPlan): FillQuery {
  const fields = plan.query
    .filter(parameter => parameter.isWholeQuery !== true)
    .map(parameter => formField(parameter, otherNames(plan, parameter)))
  const whole = plan.query.find(parameter => parameter.isWholeQuery === true)
  const fixed = (plan.fixedQuery ?? []).map(
    ([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`,
  )
  if (whole !== undefined) return wholeQuery(whole, fields, fixed, otherNames(plan, whole))
  if (fields.length === 0) {
    const query = fixed.join('&')
    return () => query
  }
  return (args, problems) => fill(fields, fixed, args, problems).join('&')
}

function fill(
  fields: readonly FormField[],
  fixed: readonly string[],
  args: JsonObject,
  problems: ArgumentProblem[],
): string[] {
  const pairs = [...fixed]
  for (const field of fields) {
    const { argument } = field.plan
    const value = Object.hasOwn(args, argument) ? args[argument] : undefined
    if (value !== undefined && value !== null) appendField(field, value, [argument], pairs, problems)
  }
  return pairs
}

/** A form's members stand beside the other parameters; any other content is one text, wholly encoded. */
function wholeQuery(
  plan: ParameterPlan,
  fields: readonly FormField[],
  fixed: readonly string[],
  others: readonly string[],
): FillQuery {
  const { argument } = plan
  return (args, problems) => {
    const pairs = fill(fields, fixed, args, problems)
    const value = Object.hasOwn(args, argument) ? args[argument] : undefined
    if (plan.form !== undefined && typeof value === 'object' && value !== null) {
      const text = formText(plan.form, value, [argument], problems, others)
      return [...pairs, ...(text === '' ? [] : [text])].join('&')
    }
    const text = parameterValue({ ...plan, explode: false }, value, problems)
    if (typeof text === 'string') pairs.push(percentEncode(text))
    return pairs.join('&')
  }
}
