import { isJsonObject } from '../../catalogue/is-json-object.ts'
import type { ArgumentProblem, BodyPlan, JsonObject, RequestPlan } from '../../catalogue/tool.ts'
import { appendField, type FormField, formField } from '../form-field.ts'
import { argumentProblem } from '../invalid-arguments.ts'
import { isMethodOverride } from '../method-override.ts'
import { otherNames } from '../other-names.ts'
import { percentEncode } from '../percent-encode.ts'
import { refusedKey } from './refused-key.ts'

type FormPlan = Extract<BodyPlan, { kind: 'form' }>

/**
 * Compiles an `application/x-www-form-urlencoded` body (OpenAPI 3.1 "Encoding Object"): a field per argument, or one
 * argument that is an object of fields. Empty text where the body is required and nothing is given.
 */
export function compileForm(
  plan: FormPlan,
  request: RequestPlan,
): (args: JsonObject, problems: ArgumentProblem[]) => string | undefined {
  const fields = plan.fields.map(field => formField(field, otherNames(request, field)))
  const empty = plan.required ? '' : undefined
  const { whole, others } = plan
  if (whole === undefined) {
    return (args, problems) => {
      const pairs: string[] = []
      for (const field of fields) {
        const { argument } = field.plan
        if (Object.hasOwn(args, argument)) appendField(field, args[argument], [argument], pairs, problems)
      }
      return pairs.length === 0 ? empty : pairs.join('&')
    }
  }
  const byMember = new Map(fields.map(field => [field.plan.argument, field]))
  const isRefused = refusedKey(request)
  // Prepared once: callers choose how many names there are.
  const general = others && formField(others, otherNames(request, others))
  return (args, problems) => {
    const value = Object.hasOwn(args, whole) ? args[whole] : undefined
    if (!isJsonObject(value)) return empty
    const pairs: string[] = []
    for (const [key, item] of Object.entries(value)) {
      const at = [whole, key]
      const known = byMember.get(key)
      if (
        known === undefined
          ? key === '' || isRefused(key)
          : request.method === 'POST' && isMethodOverride(key)
      ) {
        problems.push(argumentProblem(at, 'another name: callers may not set this'))
        continue
      }
      const field = known ?? (general && named(general, key))
      if (field === undefined) problems.push(argumentProblem(at, 'the name of a field of this form'))
      else appendField(field, item, at, pairs, problems)
    }
    return pairs.length === 0 ? empty : pairs.join('&')
  }
}

function named(field: FormField, name: string): FormField {
  return { ...field, plan: { ...field.plan, argument: name, name }, name: percentEncode(name.toWellFormed()) }
}
