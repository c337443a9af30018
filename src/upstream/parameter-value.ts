import type { ParameterValue } from '../catalogue/arguments/expand-simple.ts'
import { isNested } from '../catalogue/arguments/is-nested.ts'
import type { ArgumentProblem, ParameterPlan } from '../catalogue/tool.ts'
import { argumentProblem } from './invalid-arguments.ts'

/**
 * Turns an argument into a {@link ParameterValue}; JSON where the parameter or the value asks for that. Undefined
 * means that there is nothing to send: the value is absent, null, empty of items, or was refused (then `problems` has
 * grown).
 *
 * @param at - where the value is among the arguments
 */
export function parameterValue(
  parameter: ParameterPlan,
  value: unknown,
  problems: ArgumentProblem[],
  at: readonly (string | number)[] = [parameter.argument],
): ParameterValue | undefined {
  if (value === undefined || value === null) return undefined
  if (parameter.json || isNested(value)) return parameterText(JSON.stringify(value), at, problems)
  if (typeof value !== 'object') return parameterText(value, at, problems)
  return Array.isArray(value) ? listOf(value, at, problems) : entriesOf(value, at, problems)
}

/** One scalar as text; undefined when it was refused. */
export function parameterText(
  value: unknown,
  at: readonly (string | number)[],
  problems: ArgumentProblem[],
): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') {
    problems.push(argumentProblem(at, 'a text, a number or a boolean', 'a nested value'))
    return undefined
  }
  if (!value.includes('\0') && value.isWellFormed()) return value
  const received = value.includes('\0') ? 'a text with a NUL character' : 'a text with half a surrogate pair'
  problems.push(argumentProblem(at, 'well-formed Unicode text without NUL', received))
  return undefined
}

function listOf(
  values: readonly unknown[],
  at: readonly (string | number)[],
  problems: ArgumentProblem[],
): readonly string[] | undefined {
  const items: string[] = []
  for (const [index, value] of values.entries()) {
    if (value === null || value === undefined) continue
    const text = parameterText(value, [...at, index], problems)
    if (text !== undefined) items.push(text)
  }
  return items.length > 0 ? items : undefined
}

function entriesOf(
  object: object,
  at: readonly (string | number)[],
  problems: ArgumentProblem[],
): ParameterValue | undefined {
  const entries: [string, string][] = []
  for (const [key, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue
    const name = parameterText(key, [...at, key], problems)
    const text = parameterText(value, [...at, key], problems)
    if (name !== undefined && text !== undefined) entries.push([name, text])
  }
  return entries.length > 0 ? { pairs: entries } : undefined
}
