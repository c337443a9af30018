import { clientProfile } from './client-profile.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { MessageContext, Prepared } from './message-context.ts'
import type { Payload } from './payload.ts'
import { responseHead } from './render-result.ts'
import { checkSinglePage } from './single-page.ts'
import { MODERN_VERSION } from './versions.ts'

/**
 * `tools/list`: everything the caller may see, in the catalogue's order, in one page.
 *
 * @throws PosternError `invalid_params`
 */
export function answerListTools(request: RpcRequest, context: MessageContext, prepared: Prepared): Payload {
  checkSinglePage(request.params)
  const configured = prepared.door.server.profile
  const profile = clientProfile(configured, context.client)
  const tools = prepared.lists.bytesFor(context.caller.principal, profile)
  const head = responseHead(request.id)
  // What is written for one client must not be shown to others by a shared cache.
  const isForAll = profile === 'default' || profile === configured
  const cacheHints = isForAll ? prepared.cacheHints() : prepared.ownCacheHints
  return context.version === MODERN_VERSION
    ? [`${head}"resultType":"complete",${cacheHints},${prepared.resultMeta},"tools":`, tools, '}}']
    : [`${head}"tools":`, tools, '}}']
}
