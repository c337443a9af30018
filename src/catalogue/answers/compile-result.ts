import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath'
import { DEADLINE, runWithDeadline } from '../arguments/run-with-deadline.ts'

/**
 * Compiles a rule's JMESPath. The expression is the configuration's and is trusted to mean well; the value is a
 * backend's and is not: what takes longer than a second, or is nested deeper than the interpreter can follow,
 * fails.
 *
 * @returns a function that throws an Error where the expression can't be evaluated over a value
 */
export function compileResult(source: string): (value: unknown) => unknown {
  const expression = compile(source)
  return value => {
    const found = runWithDeadline(
      () => TreeInterpreter.search(expression, value as JSONValue),
      LONGEST_MILLISECONDS,
    )
    if (found === DEADLINE) throw new Error(`it took longer than ${LONGEST_MILLISECONDS} ms`)
    return found
  }
}

const LONGEST_MILLISECONDS = 1_000
