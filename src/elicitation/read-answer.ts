import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'

/** What became of a question (MCP client/elicitation "Response Actions"). */
export type Answer =
  | { readonly action: 'accept'; readonly content: JsonObject }
  | { readonly action: 'decline' | 'cancel' }

/**
 * Reads an `ElicitResult`. Members that are not known are ignored.
 *
 * @throws PosternError `invalid_params`
 */
export function readAnswer(result: unknown): Answer {
  if (!isJsonObject(result)) refuse('the answer to a question must be an object')
  const { action, content = {} } = result
  if (action === 'decline' || action === 'cancel') return { action }
  if (action !== 'accept') refuse('action must be accept, decline or cancel')
  if (!isJsonObject(content)) refuse('content must be an object')
  return { action, content }
}

function refuse(what: string): never {
  throw new PosternError('invalid_params', { message: `The parameters are not valid: ${what}.` })
}
