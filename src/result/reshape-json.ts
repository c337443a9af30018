import type { FieldTree, ReshapePlan } from '../catalogue/answer-plan.ts'
import { compileFields } from '../catalogue/answers/compile-fields.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { readJson } from './json-text.ts'
import { parseExactly } from './parse-exactly.ts'
import { projectJson } from './project-json.ts'

/** What became of an answer: its new text, undefined where it stays as it is, or why it can't be given. */
export interface Reshaped {
  readonly text?: string
  readonly problem?: string
  /** What the caller should know. */
  readonly note?: string
}

/**
 * Applies a tool's projection: the rule's members, the caller's, the rule's JMESPath. What a rule keeps back never
 * comes out because something went wrong: then there is a problem instead of a text.
 *
 * @param source - the JSON answer; undefined where it is none
 */
export function reshapeJson(source: string | undefined, plan: ReshapePlan, args: JsonObject): Reshaped {
  const wanted = wantedFields(plan, args)
  if (source === undefined) {
    if (plan.fields !== undefined || plan.result !== undefined) {
      return { problem: 'This tool gives chosen members of JSON answers, and the API’s answer was not JSON.' }
    }
    return wanted === undefined
      ? {}
      : { note: `\`${plan.argument}\` was not applied: the answer is not JSON.` }
  }
  let text: string | undefined
  if (plan.fields !== undefined) text = projectJson(source, plan.fields) ?? 'null'
  if (wanted !== undefined) text = projectJson(text ?? source, wanted) ?? text
  if (plan.result === undefined) return text === undefined ? {} : { text }
  const result = evaluate(text ?? source, plan.result)
  return result === undefined
    ? {
        problem:
          'The configured expression for this tool’s answers failed on this one; tell the administrator.',
      }
    : { text: result }
}

function wantedFields({ argument }: ReshapePlan, args: JsonObject): FieldTree | undefined {
  const wanted = argument !== undefined && Object.hasOwn(args, argument) ? args[argument] : undefined
  const paths = Array.isArray(wanted) ? wanted.filter(path => typeof path === 'string') : []
  return paths.length === 0 ? undefined : compileFields(paths)
}

/** Undefined where the expression, or writing what it gave, fails: for its depth or its size. */
function evaluate(source: string, result: (value: unknown) => unknown): string | undefined {
  try {
    return readJson(JSON.stringify(result(parseExactly(source)) ?? null))?.text
  } catch {
    return undefined
  }
}
