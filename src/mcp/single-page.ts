import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'

/**
 * Checks the cursor of a list that has one page. None was ever given out, so none can be valid; an empty one is what
 * some clients send for "from the start".
 *
 * @throws PosternError `invalid_params`
 */
export function checkSinglePage(params: JsonObject | undefined): void {
  const cursor = params?.cursor
  if (cursor === undefined || cursor === null || cursor === '') return
  throw new PosternError('invalid_params', { message: 'This cursor is unknown: the list has one page.' })
}
