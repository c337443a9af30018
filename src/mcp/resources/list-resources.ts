import { isFixed } from '../../catalogue/resources/resource-index.ts'
import type { Tool } from '../../catalogue/tool.ts'
import { PosternError } from '../../errors.ts'
import type { RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { renderResult } from '../render-result.ts'
import { checkSinglePage } from '../single-page.ts'
import { MODERN_VERSION } from '../versions.ts'

/**
 * `resources/list`: what the caller may read and needs no value for, in one page.
 *
 * @throws PosternError `method_not_found` where nothing is exposed, `invalid_params`
 */
export function answerListResources(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): string {
  return answer(request, context, prepared, 'resources')
}

/** `resources/templates/list`: what the caller may read once values are filled in. Throws as the other. */
export function answerListTemplates(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): string {
  return answer(request, context, prepared, 'resourceTemplates')
}

type Kind = 'resources' | 'resourceTemplates'

function answer(request: RpcRequest, context: MessageContext, prepared: Prepared, kind: Kind): string {
  const { door, cacheHints, resultMeta } = prepared
  if (door.server.resources === undefined) throw new PosternError('method_not_found')
  checkSinglePage(request.params)
  const list = `"${kind}":${serialised(door.visibleResources(context.caller.principal))[kind]}`
  const members =
    context.version === MODERN_VERSION
      ? `"resultType":"complete",${cacheHints()},${resultMeta},${list}`
      : list
  return renderResult(request.id, members)
}

/** Callers who see the same resources share one array, see `visibleTools`. */
const known = new WeakMap<readonly Tool[], Readonly<Record<Kind, string>>>()

function serialised(tools: readonly Tool[]): Readonly<Record<Kind, string>> {
  let lists = known.get(tools)
  if (lists === undefined) {
    lists = { resources: listOf(tools, true), resourceTemplates: listOf(tools, false) }
    known.set(tools, lists)
  }
  return lists
}

function listOf(tools: readonly Tool[], fixed: boolean): string {
  const entries = tools.flatMap(tool => {
    const { offered } = tool
    if (offered === undefined || isFixed(offered) !== fixed) return []
    const { text } = offered.template
    const uri = fixed ? { uri: text } : { uriTemplate: text }
    const { name, title, description } = tool
    return { ...uri, name, title, description, mimeType: mediaTypeOf(tool) }
  })
  return JSON.stringify(entries)
}

/** The one media type that the document names for the answer; undefined where it names none, or several. */
function mediaTypeOf({ plan }: Tool): string | undefined {
  return /^([^,]+), \*\/\*;q=0\.1$/.exec(plan.accept)?.[1]
}
