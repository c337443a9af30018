import type { ConfigProblem } from './problem.ts'

/**
 * The problems of a configuration file as plain text for a terminal: per problem one line with
 * `file:line: path: what is wrong`, and below it what is there and what to do.
 */
export function renderProblems(problems: readonly ConfigProblem[], file: string): string {
  const blocks = problems.map(problem => renderProblem(problem, file))
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return `${blocks.join('\n\n')}\n\n${count} in ${file}\n`
}

function renderProblem(problem: ConfigProblem, file: string): string {
  const place = problem.line === undefined ? file : `${file}:${problem.line}`
  const path = problem.path === '' ? '' : `${problem.path}: `
  const lines = [`${place}: ${path}${problem.message}`]
  if (problem.value !== undefined) lines.push(`  found: ${problem.value}`)
  lines.push(`  fix:   ${problem.fix}`)
  return lines.join('\n')
}
