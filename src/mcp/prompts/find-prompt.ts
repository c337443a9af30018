import { PosternError } from '../../errors.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import type { Prompt } from './prompt.ts'

/**
 * The prompt of this name that the caller may have; one that is not for them is as unknown as one that is not there.
 *
 * @throws PosternError `method_not_found` where none are configured, `invalid_params`, `unknown_prompt`
 */
export function findPrompt(name: unknown, { caller }: MessageContext, { door }: Prepared): Prompt {
  if (door.server.prompts === undefined) throw new PosternError('method_not_found')
  if (typeof name !== 'string') {
    throw new PosternError('invalid_params', { message: 'params.name must be the name of a prompt.' })
  }
  const found = door.visiblePrompts(caller.principal).find(prompt => prompt.name === name)
  if (found === undefined) throw new PosternError('unknown_prompt')
  return found
}
