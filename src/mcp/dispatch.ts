import { PosternError } from '../errors.ts'
import { answerCallTool } from './call-tool-message.ts'
import { answerComplete } from './completion/complete.ts'
import { answerDiscover } from './discover.ts'
import type { Door } from './door.ts'
import { answerInitialize } from './initialize.ts'
import type { RpcRequest } from './json-rpc.ts'
import { answerListTools } from './list-tools.ts'
import type { Answer, MessageContext, Prepared } from './message-context.ts'
import type { Payload } from './payload.ts'
import { answerGetPrompt } from './prompts/get-prompt.ts'
import { answerListPrompts } from './prompts/list-prompts.ts'
import { renderResult } from './render-result.ts'
import { answerListResources, answerListTemplates } from './resources/list-resources.ts'
import { answerReadResource } from './resources/read-resource.ts'
import { answerSubscribe, answerUnsubscribe } from './resources/subscribe-resource.ts'
import { ToolLists } from './tool-list.ts'
import { MODERN_VERSION } from './versions.ts'

/** What there is besides tools; each is no method of a server that has none of its kind. */
const OFFERED: readonly (readonly [method: string, answer: Answer])[] = [
  ['resources/read', answerReadResource],
  ['resources/list', answerListResources],
  ['resources/templates/list', answerListTemplates],
  ['prompts/get', answerGetPrompt],
  ['prompts/list', answerListPrompts],
  ['completion/complete', answerComplete],
]

/** Requests of 2026-07-28. `subscriptions/listen` is answered by the transports, as its answer is a stream. */
const MODERN: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['tools/call', answerCallTool],
  ['tools/list', answerListTools],
  ...OFFERED,
  ['server/discover', answerDiscover],
])

/** Requests of 2025-11-25, 2025-06-18 and 2025-03-26. */
const LEGACY: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['tools/call', answerCallTool],
  ['tools/list', answerListTools],
  ...OFFERED,
  ['resources/subscribe', answerSubscribe],
  ['resources/unsubscribe', answerUnsubscribe],
  ['initialize', answerInitialize],
  ['ping', request => renderResult(request.id, '')],
])

/**
 * Answers a request with the method of its era.
 *
 * @throws PosternError `method_not_found`, and whatever the method refuses with.
 */
export function dispatch(
  request: RpcRequest,
  context: MessageContext,
  prepared: Prepared,
): Payload | Promise<Payload> {
  const methods = context.version === MODERN_VERSION ? MODERN : LEGACY
  const answer = methods.get(request.method)
  if (answer === undefined) throw new PosternError('method_not_found')
  return answer(request, context, prepared)
}

/** Prepares what all answers of a door share; a change of the tools makes it forget the lists. */
export function prepare(door: Door): Prepared {
  const lists = new ToolLists(principal => door.visibleTools(principal))
  const hints = (scope: string) => `"ttlMs":${Math.max(0, Math.trunc(door.listTtl))},"cacheScope":"${scope}"`
  const [shared, own] = [hints('public'), hints('private')]
  door.toolsChanged.subscribe({ changed: () => lists.forget(), closed: () => {} })
  return {
    door,
    lists,
    resultMeta: `"_meta":{"io.modelcontextprotocol/serverInfo":${JSON.stringify(door.info)}}`,
    ownCacheHints: own,
    // Asked each time: a reload may end a public list.
    cacheHints: () => (door.listIsPublic ? shared : own),
  }
}
