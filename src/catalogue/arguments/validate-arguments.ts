/**
 * Checks a call's arguments against the document's schemas, and says what is wrong in words that the model can
 * act on.
 *
 * Arguments are the attacker's, patterns and schemas are anybody's. So: nesting is bounded before anything
 * recurses over it; what might take long runs under a deadline; nothing is looked up on a prototype; sensitive
 * values never come back in a problem. What it does not check: scopes, and whether the backend agrees.
 */

import type { ArgumentProblem, JsonObject } from '../tool.ts'
import type { CompileCheck } from './compile-check.ts'
import { describeProblem } from './describe-problem.ts'

/** What validating one tool's arguments takes. Everything is made on the first call. */
export interface ValidationOptions {
  readonly compileCheck: CompileCheck
  /** The exact schema. */
  readonly schema: () => JsonObject
  /** The advertised schema, for examples. */
  readonly inputSchema: () => JsonObject
  readonly isSensitive: (path: readonly string[]) => boolean
  /** Checks that no schema can express; asked only if the schema is satisfied. */
  readonly guard: (args: JsonObject) => readonly ArgumentProblem[]
}

/** Makes a tool's `validate`; see {@link Tool}. */
export function createValidator(
  options: ValidationOptions,
): (args: JsonObject) => readonly ArgumentProblem[] {
  const check = options.compileCheck(options.schema)
  return args => {
    const result = check(args)
    if (result === 'too-large') return [unchecked('arguments nested at most 64 levels deep')]
    if (result === 'too-slow')
      return [unchecked('smaller or simpler arguments: these take too long to check')]
    if (result.length === 0) return options.guard(args)
    const describing = { inputSchema: options.inputSchema(), isSensitive: options.isSensitive }
    return distinct(result.map(error => describeProblem(error, describing)))
  }
}

function unchecked(expected: string): ArgumentProblem {
  return { path: '', expected, received: undefined, example: undefined }
}

function distinct(problems: readonly ArgumentProblem[]): readonly ArgumentProblem[] {
  return [...new Map(problems.map(problem => [`${problem.path} ${problem.expected}`, problem])).values()]
}
