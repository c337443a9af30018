import { NOT_SHOWN } from '../catalogue/arguments/show-value.ts'
import type { ArgumentProblem } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'

/** The error for arguments that can't become a request; `data.problems` holds the {@link ArgumentProblem}s. */
export function invalidArguments(problems: readonly ArgumentProblem[]): PosternError {
  return new PosternError('invalid_arguments', { data: { problems } })
}

/**
 * A problem found while the request was built. It says what kind of value was refused, never the value,
 * because this room does not know which arguments are sensitive.
 */
export function argumentProblem(
  path: readonly (string | number)[],
  expected: string,
  received: string = NOT_SHOWN,
): ArgumentProblem {
  return { path: path.map(pointerToken).join(''), expected, received, example: undefined }
}

/** The problem that an argument without which there is no request was not given. */
export function missingArgument(name: string, expected: string): ArgumentProblem {
  return { ...argumentProblem([name], expected), received: undefined }
}

function pointerToken(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
