import type { ArgumentProblem } from '../catalogue/tool.ts'
import { type ErrorNames, nameError } from '../config/error-names.ts'
import type { PosternError } from '../errors.ts'
import type { ToolResult } from '../mcp/tool-result.ts'
import { failedResult } from './failed-result.ts'

/**
 * An error that the model can read and act on, as a result with `isError`: the public message and, for
 * `invalid_arguments` (`data.problems`), each failing argument with what was expected, what came and an
 * example. What the product has a code for ends with that code. The private detail never
 * shows.
 *
 * @param names - what the product calls errors
 */
export function errorResult(error: PosternError, names?: ErrorNames): ToolResult {
  const { code, reason, message } = nameError(error, names)
  const problems = error.code === 'invalid_arguments' ? problemsOf(error) : []
  const lines = problems.slice(0, MAX_PROBLEMS).map(line)
  if (problems.length > MAX_PROBLEMS) lines.push(`- and ${problems.length - MAX_PROBLEMS} more`)
  const text = [lines.length > 0 ? `${message} Mend them and call again.` : message, ...lines]
  if (reason === undefined) return failedResult(text)
  return failedResult(text, { code, reason })
}

const MAX_PROBLEMS = 20
const MAX_EXAMPLE = 300

function problemsOf({ data }: PosternError): readonly ArgumentProblem[] {
  const problems = data?.problems
  return Array.isArray(problems) ? problems : []
}

function line({ path, expected, received, example }: ArgumentProblem): string {
  const parts = [`${path === '' ? 'the arguments' : path}: expected ${expected}`]
  parts.push(received === undefined ? 'it is missing' : `received ${received}`)
  const sample = example === undefined ? undefined : JSON.stringify(example)
  if (sample !== undefined && sample.length <= MAX_EXAMPLE) parts.push(`example: ${sample}`)
  return `- ${parts.join('; ')}`
}
