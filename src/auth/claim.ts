import { compileResult } from '../catalogue/answers/compile-result.ts'
import { isDottedPath } from '../config/dotted-path.ts'
import { claimedValue } from './claimed-value.ts'
import { guardAnswer } from './guard-answer.ts'

/** A product's parsed answer, as places in it are looked up. */
export interface Answer {
  readonly body: unknown
  /** The same for expressions; made when the first of them asks. */
  guarded?: unknown
}

/**
 * Compiles where in an answer something is: a dotted path over own members, anything else as JMESPath.
 *
 * @returns a function that yields undefined where nothing is there, and throws an Error where an expression can't
 * be evaluated over the answer.
 */
export function compileClaim(place: string): (answer: Answer) => unknown {
  if (isDottedPath(place)) return ({ body }) => claimedValue(body, place)
  const search = compileResult(place)
  return answer => {
    answer.guarded ??= guardAnswer(answer.body)
    return search(answer.guarded) ?? undefined
  }
}
