import type { ArgumentProblem } from '../tool.ts'
import type { DescribeOptions } from './describe-options.ts'
import { describeProblem } from './describe-problem.ts'
import type { Finding } from './settle-alternatives.ts'

const MAX_PROBLEMS = 100

/** What is wrong as a model can act on it: what is missing first, one line for each thing that is wrong. */
export function describeProblems(
  findings: readonly Finding[],
  options: DescribeOptions,
): readonly ArgumentProblem[] {
  const problems = findings.map(finding =>
    'problem' in finding ? finding.problem : describeProblem(finding.error, options),
  )
  const missing = problems.filter(({ received }) => received === undefined)
  const other = problems.filter(({ received }) => received !== undefined)
  const distinct = new Map(
    [...missing, ...other].map(problem => [`${problem.path} ${problem.expected}`, problem]),
  )
  return [...distinct.values()].slice(0, MAX_PROBLEMS)
}
