import type { Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { boundNames } from './bind-passthrough.ts'
import { bodyNames, type WrittenBody } from './body-names.ts'
import { isMethodOverride } from './method-override.ts'
import { foldQueryName } from './query-name.ts'

/**
 * Refuses a body that would undo what was decided without it: one that asks for another method (`_method` of a
 * POST), and one that names a parameter that the configuration binds, since many frameworks keep path, query and
 * body in one bag and let the body win. It checks nothing else of a body.
 *
 * @throws PosternError `invalid_request`
 */
export function checkPassthroughBody(tool: Tool, method: string, written: WrittenBody): void {
  if (method !== 'POST' && tool.bind.size === 0) return
  const names = bodyNames(written)
  if (names === undefined) throw refusal(UNREADABLE)
  if (method === 'POST' && names.some(isMethodOverride)) throw refusal(OVERRIDDEN)
  if (tool.bind.size === 0) return
  const bound = boundNames(tool)
  if (names.some(name => bound.has(foldQueryName(name.split('[', 1)[0] ?? '')))) throw refusal(BOUND)
}

const UNREADABLE = 'The request’s body can’t be checked. Send it in UTF-8 and without Content-Encoding.'
const OVERRIDDEN =
  'The request asks to be taken for another method (_method). Send it with that method instead.'
const BOUND = 'The body names a parameter that the gateway sets. Leave it out.'

function refusal(message: string): PosternError {
  return new PosternError('invalid_request', { message })
}
