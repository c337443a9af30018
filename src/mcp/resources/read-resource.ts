import { PosternError } from '../../errors.ts'
import { callWithin } from '../call-within.ts'
import type { RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { renderResult } from '../render-result.ts'
import type { ContentBlock } from '../tool-result.ts'
import { MODERN_VERSION } from '../versions.ts'

/**
 * `resources/read` (2026-07-28 server/resources): a call of the operation behind the URI, with all that calls go
 * through. What a backend tells this caller now is no business of other callers, and may be different next time.
 *
 * @throws PosternError `method_not_found`, `invalid_params`, `unknown_resource`, `unreadable_resource`, and whatever
 * the call is refused with
 */
export async function answerReadResource(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): Promise<string> {
  if (prepared.door.server.resources === undefined) throw new PosternError('method_not_found')
  const blocks = await readResource(readUri(request), context, prepared)
  const contents = `"contents":[${blocks.map(block => JSON.stringify(block.resource)).join(',')}]`
  const members =
    context.version === MODERN_VERSION
      ? `"resultType":"complete","ttlMs":0,"cacheScope":"private",${prepared.resultMeta},${contents}`
      : contents
  return renderResult(request.id, members)
}

/** What a read yields: the contents, each as a block that a prompt can embed. */
export type ResourceBlock = Extract<ContentBlock, { readonly type: 'resource' }>

/** Reads as the caller. @throws PosternError as {@link answerReadResource} */
export async function readResource(
  uri: string,
  context: MessageContext,
  prepared: Prepared,
): Promise<readonly ResourceBlock[]> {
  const wanted = { name: uri, purpose: 'resource', arguments: {} } as const
  const { content } = await prepared.door.callTool(callWithin(wanted, context, prepared))
  return content.filter(block => block.type === 'resource')
}

/** `params.uri`. @throws PosternError `invalid_params` */
export function readUri({ params }: RpcRequest): string {
  if (typeof params?.uri === 'string') return params.uri
  throw new PosternError('invalid_params', { message: 'params.uri must be the URI of a resource.' })
}
