import type { ArgumentProblem, JsonObject } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { parseJson } from '../parse-json.ts'

/** Which tool to run, and with what; neither is checked yet. */
export interface Execution {
  readonly name: string
  readonly args: JsonObject
}

/**
 * The arguments of an execute tool. An object that came as text holding JSON, as models often write it, is taken
 * for the object.
 *
 * @throws PosternError `invalid_arguments`
 */
export function readExecution(given: JsonObject): Execution {
  const problems: ArgumentProblem[] = []
  const { name, arguments: sent = {}, ...others } = given
  if (typeof name !== 'string' || name === '') {
    problems.push(problem('/name', 'the name of a tool', name))
  }
  const args = typeof sent === 'string' ? readObject(sent) : sent
  if (!isJsonObject(args)) problems.push(problem('/arguments', 'an object, the tool’s own arguments', sent))
  if (Object.keys(others).length > 0) {
    problems.push(problem('', 'only `name` and `arguments`, the tool’s own arguments in `arguments`', others))
  }
  if (typeof name === 'string' && isJsonObject(args) && problems.length === 0) return { name, args }
  throw new PosternError('invalid_arguments', { data: { problems } })
}

/** Longer texts are no slip of a model's. */
const MAX_TEXT = 1_000_000

/** With the bounds of a message: what stands in a text gets no deeper, and names no more, than what stands beside it. */
function readObject(text: string): unknown {
  if (text.length > MAX_TEXT || !text.isWellFormed()) return undefined
  try {
    return parseJson(Buffer.from(text, 'utf8'))
  } catch {
    return undefined
  }
}

const MAX_NAMES = 100

/** What came is named by its kind, or its members' names: a value may be secret, and no schema here says so. */
function problem(path: string, expected: string, value: unknown): ArgumentProblem {
  return { path, expected, received: value === undefined ? undefined : kindOf(value), example: undefined }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (isJsonObject(value)) return `also ${Object.keys(value).join(', ').slice(0, MAX_NAMES).toWellFormed()}`
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
