import type { JsonObject, Tool } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'

/**
 * The arguments of one of the gateway's own tools, checked and where unambiguous repaired like those of any other.
 *
 * @throws PosternError `invalid_arguments`
 */
export function ownArguments(tool: Tool, args: JsonObject): JsonObject {
  const problems = tool.validate(args)
  if (problems.length === 0) return args
  const repaired = tool.repair(args)
  if (repaired === undefined) throw new PosternError('invalid_arguments', { data: { problems } })
  return repaired.args
}
