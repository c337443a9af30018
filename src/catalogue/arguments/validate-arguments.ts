/**
 * Checks a call's arguments against the document's schemas, says what is wrong in words that the model can act on,
 * and mends what can only have been meant in one way.
 *
 * Arguments are the attacker's, patterns and schemas are anybody's. So: nesting is bounded before anything
 * recurses over it; what might take long runs under a deadline; nothing is looked up on a prototype; sensitive
 * values never come back in a problem. What it does not check: scopes, and whether the backend agrees.
 */

import type { ErrorObject } from 'ajv/dist/2020.js'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { ArgumentProblem, JsonObject, Tool } from '../tool.ts'
import type { CheckResult, CompileCheck } from './compile-check.ts'
import type { DescribeOptions } from './describe-options.ts'
import { describeProblems } from './describe-problems.ts'
import type { CheckPart } from './explain-alternatives.ts'
import { repairArguments } from './repair-arguments.ts'
import { settleAlternatives } from './settle-alternatives.ts'

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
  /** {@link Tool.unalias}, made on first use. */
  readonly unalias?: () => Tool['unalias']
  /** Whether leaving a value out means the same as what was sent, see {@link mayDrop}. */
  readonly mayDrop: (path: readonly string[], value: unknown) => boolean
}

/** Makes a tool's `validate` and `repair`; see {@link Tool}. */
export function createValidator(options: ValidationOptions): Pick<Tool, 'validate' | 'repair'> {
  const check = options.compileCheck(options.schema)
  const checkPart = partChecker(options)
  const describing = once(
    (): DescribeOptions => ({
      schema: options.schema(),
      inputSchema: options.inputSchema(),
      isSensitive: options.isSensitive,
      fits: (schema, value) => checkPart(schema, value).length === 0,
    }),
  )
  const settle = (errors: readonly ErrorObject[]) => settleAlternatives(errors, describing(), checkPart)
  return {
    validate(args) {
      const result = check(args)
      if (result === 'too-large') return [unchecked('arguments nested at most 64 levels deep', 'deeper ones')]
      if (result === 'too-slow')
        return [unchecked('smaller or simpler arguments: these take too long to check', 'larger ones')]
      if (result.length === 0) return options.guard(args)
      return describeProblems(settle(result), describing())
    },
    repair: args => repairArguments(args, { ...options, check, settle }),
  }
}

/** Checks against parts of the schema, which are compiled when they are first needed. */
function partChecker({ compileCheck, schema: whole }: ValidationOptions): CheckPart {
  const checks = new WeakMap<JsonObject, (value: unknown) => CheckResult>()
  return (schema, value) => {
    if (!isJsonObject(schema)) return []
    let check = checks.get(schema)
    if (check === undefined) {
      const part = { ...schema, $defs: whole().$defs ?? {} }
      check = compileCheck(() => part)
      checks.set(schema, check)
    }
    const result = check(value)
    return typeof result === 'string' ? [] : result
  }
}

function unchecked(expected: string, received: string): ArgumentProblem {
  return { path: '', expected, received, example: undefined }
}
