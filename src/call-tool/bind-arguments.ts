import type { JsonObject, Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { ToolCall } from '../mcp/call.ts'

/**
 * Parameters that the configuration binds come from the principal alone, whatever the caller sent.
 *
 * @throws PosternError `access_denied` where the credential does not say what is needed
 */
export function bindArguments(running: {
  readonly tool: Tool
  readonly call: ToolCall
  args: JsonObject
}): void {
  const { tool, call } = running
  if (tool.bind.size === 0) return
  const args = { ...running.args }
  for (const [name, expression] of tool.bind) {
    const value = expression.evaluate(call.caller.principal)
    if (!isBindable(value)) {
      throw new PosternError('access_denied', {
        message: `This tool needs to know your ${name}, and your credential does not say it. Ask the administrator.`,
        detail: `bind ${name}: ${expression.source} gave ${value === '' ? 'an empty text' : typeof value}`,
      })
    }
    args[name] = value
  }
  // The refusal names no value: what the path would have been is the organisation's business.
  if (tool.guardBound(args).length > 0) {
    throw new PosternError('access_denied', {
      message: 'This tool can’t be used with what your credential says of you. Ask the administrator.',
      detail: `the bound arguments of ${tool.name} make the path of another operation`,
    })
  }
  running.args = args
}

/** An empty text would widen many a query to everybody's; it is as good as no value. */
function isBindable(value: unknown): value is string | number | boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'boolean' || (typeof value === 'string' && value !== '')
}
