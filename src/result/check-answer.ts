import type { AnswerPlan } from '../catalogue/answer-plan.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Blocks } from './content-blocks.ts'

/** What a check of an answer against its documented schema came to. */
export interface Verdict {
  /** Why the answer must not be given, for a `strict` schema. */
  readonly refusal?: string
  /** How many members are not as documented, for a `loose` one; undefined where nobody looked, or all are. */
  readonly drift?: number
}

/**
 * Why an answer that was cut must not be given: a `strict` schema that it no longer fits (`minItems`, `pattern`),
 * as clients would find too. Undefined where it fits.
 */
export function checkCut(
  { checkOutput, outputSchema }: Partial<Pick<Tool, 'checkOutput' | 'outputSchema'>>,
  { output, narrowing }: AnswerPlan,
  text: string,
): string | undefined {
  if (output !== 'strict' || outputSchema === undefined || checkOutput === undefined) return undefined
  if (checkOutput(JSON.parse(text)).length === 0) return undefined
  const how = narrowing.length === 0 ? '' : ` Ask for less with ${narrowing.join(', ')}.`
  return `The answer is too long, and what is left after shortening it is not what its schema promises.${how}`
}

/**
 * Checks an answer where its tool has a schema for it. Strict: every answer. Loose: some of them, since a check
 * costs more than all the rest of shaping; never refuses.
 *
 * @param tool - also what samples are counted by
 */
export function checkAnswer(
  tool: Partial<Pick<Tool, 'checkOutput' | 'outputSchema'>>,
  { output }: AnswerPlan,
  { json, structured }: Blocks,
): Verdict {
  if (output === 'off') return NOTHING
  const isStrict = output === 'strict'
  if (!isStrict && (structured === undefined || structured.length > LARGEST_SAMPLE || !isSampled(tool))) {
    return NOTHING
  }
  const problems = tool.checkOutput?.(json?.value) ?? []
  if (problems.length === 0) return NOTHING
  if (!isStrict) return { drift: problems.length }
  const shown = problems.slice(0, MOST_SHOWN).map(problem => `- ${problem.slice(0, LONGEST_PROBLEM)}`)
  return { refusal: ['The API’s answer is not what its document promises:', ...shown].join('\n') }
}

const NOTHING: Verdict = Object.freeze({})
const MOST_SHOWN = 5
const LONGEST_PROBLEM = 300
const LARGEST_SAMPLE = 262_144
/** The first answer of a tool is looked at, then every so many. */
const SAMPLE = 64
const answers = new WeakMap<object, number>()

function isSampled(tool: object): boolean {
  const count = answers.get(tool) ?? 0
  answers.set(tool, count + 1)
  return count % SAMPLE === 0
}
