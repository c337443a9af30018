import { PosternError } from '../errors.ts'
import { clientProfile } from './client-profile.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { MessageContext, Prepared } from './message-context.ts'
import type { Payload } from './payload.ts'
import { responseHead } from './render-result.ts'
import { MODERN_VERSION } from './versions.ts'

/**
 * `tools/list`: everything the caller may see, in the catalogue's order, in one page. No cursor was ever given
 * out, so none can be valid; an empty one is what some clients send for "from the start".
 *
 * @throws PosternError `invalid_params`
 */
export function answerListTools(request: RpcRequest, context: MessageContext, prepared: Prepared): Payload {
  const cursor = request.params?.cursor
  if (cursor !== undefined && cursor !== null && cursor !== '') {
    throw new PosternError('invalid_params', { message: 'This cursor is unknown: the list has one page.' })
  }
  const configured = prepared.door.server.profile
  const profile = clientProfile(configured, context.client)
  const tools = prepared.lists.bytesFor(context.caller.principal, profile)
  const head = responseHead(request.id)
  // What is written for one client must not be shown to others by a shared cache.
  const isForAll = profile === 'default' || profile === configured
  const cacheHints = isForAll ? prepared.cacheHints : prepared.ownCacheHints
  return context.version === MODERN_VERSION
    ? [`${head}"resultType":"complete",${cacheHints},${prepared.resultMeta},"tools":`, tools, '}}']
    : [`${head}"tools":`, tools, '}}']
}
