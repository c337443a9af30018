import { PosternError } from '../../errors.ts'
import type { RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { renderResult } from '../render-result.ts'
import { checkSinglePage } from '../single-page.ts'
import { MODERN_VERSION } from '../versions.ts'

/**
 * `prompts/list`: the prompts that this caller may have, in one page.
 *
 * @throws PosternError `method_not_found` where none are configured, `invalid_params`
 */
export function answerListPrompts(request: RpcRequest, context: MessageContext, prepared: Prepared): string {
  const { door, cacheHints, resultMeta } = prepared
  if (door.server.prompts === undefined) throw new PosternError('method_not_found')
  checkSinglePage(request.params)
  const definitions = door.visiblePrompts(context.caller.principal).map(({ definition }) => definition)
  const list = `"prompts":[${definitions.join(',')}]`
  const members =
    context.version === MODERN_VERSION
      ? `"resultType":"complete",${cacheHints()},${resultMeta},${list}`
      : list
  return renderResult(request.id, members)
}
