import { PosternError } from '../../errors.ts'
import type { RpcRequest } from '../json-rpc.ts'
import type { MessageContext, Prepared } from '../message-context.ts'
import { renderResult } from '../render-result.ts'
import { readUri } from './read-resource.ts'
import { unknownResource } from './unknown-resource.ts'
import { isReadable, MOST_WATCHED } from './watch-resources.ts'

/**
 * `resources/subscribe` of the legacy era (2025-11-25 server/resources "Subscriptions"). On stdio the client is told
 * from then on. Over HTTP that era has no stream on which a gateway without sessions could tell anybody anything:
 * `initialize` does not offer it, and whoever asks all the same is answered, and told nothing.
 *
 * @throws PosternError `method_not_found`, `invalid_params`, `unknown_resource`
 */
export function answerSubscribe(request: RpcRequest, context: MessageContext, { door }: Prepared): string {
  if (door.server.resources === undefined) throw new PosternError('method_not_found')
  const uri = readUri(request)
  if (!isReadable(uri, context.caller.principal, door)) throw unknownResource(uri, context.version)
  if (context.watched?.add(uri) === false) {
    throw new PosternError('invalid_params', {
      message: `At most ${MOST_WATCHED} resources can be subscribed to.`,
    })
  }
  return renderResult(request.id, '')
}

/** `resources/unsubscribe`; for what was not subscribed to, too. Throws `method_not_found`, `invalid_params`. */
export function answerUnsubscribe(request: RpcRequest, context: MessageContext, { door }: Prepared): string {
  if (door.server.resources === undefined) throw new PosternError('method_not_found')
  context.watched?.delete(readUri(request))
  return renderResult(request.id, '')
}
