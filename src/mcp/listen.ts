import type { Principal } from '../auth/principal.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { Door } from './door.ts'
import { isJsonObject, type MessageId } from './json-rpc.ts'
import { watchableUris, watchResources } from './resources/watch-resources.ts'

/** Which notifications a subscription asks for, of those that there are. */
export interface SubscriptionFilter {
  readonly toolsListChanged: boolean
  readonly promptsListChanged: boolean
  readonly resourcesListChanged: boolean
  /** URIs of resources, as sent. */
  readonly resourceSubscriptions: readonly string[]
}

/** Where a subscription's messages go. */
export interface SubscriptionSink {
  /** Takes one whole JSON-RPC message. */
  readonly send: (message: string) => void
  /** Called once, after the last message, when the server ends the subscription. */
  readonly end: () => void
}

/** Who subscribes to what. */
export interface Subscription {
  readonly id: MessageId
  readonly filter: SubscriptionFilter
  readonly principal: Principal
  /** Who that is later. Throws or rejects where the credential is no longer good. */
  readonly identify: () => Principal | Promise<Principal>
}

/**
 * Opens a subscription (2026-07-28 basic/patterns/subscriptions): acknowledges first what of it is honoured, then
 * tells of changes, and when the instance shuts down completes the request. Returns what ends it on the client's wish,
 * without a further message.
 */
export function subscribe(
  { id, filter, principal, identify }: Subscription,
  door: Door,
  sink: SubscriptionSink,
): () => void {
  const meta = `"_meta":{"io.modelcontextprotocol/subscriptionId":${JSON.stringify(id)}}`
  const lists = LISTS.filter(list => filter[list.member] && list.isThere(door))
  const uris = watchableUris(filter.resourceSubscriptions, principal, door)
  const agreed = {
    ...Object.fromEntries(lists.map(({ member }) => [member, true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  }
  const acknowledged = `${meta},"notifications":${JSON.stringify(agreed)}`
  sink.send(notification('notifications/subscriptions/acknowledged', acknowledged))
  const tell = (uri: string) => sink.send(notification(UPDATED, `${meta},"uri":${JSON.stringify(uri)}`))
  const stopWatching =
    uris.length === 0 ? () => {} : watchResources({ uris: () => uris, principal, identify, tell }, door)
  const unsubscribe = door.toolsChanged.subscribe({
    changed: () => {
      for (const { method } of lists) sink.send(notification(method, meta))
    },
    closed: () => {
      stopWatching()
      sink.send(completion(id))
      sink.end()
    },
  })
  return () => {
    stopWatching()
    unsubscribe()
  }
}

/** The lists that a reload may change, and the notification about each. */
export const LISTS = [
  {
    member: 'toolsListChanged',
    method: 'notifications/tools/list_changed',
    isThere: (_door: Door) => true,
  },
  {
    member: 'promptsListChanged',
    method: 'notifications/prompts/list_changed',
    isThere: ({ server }: Door) => server.prompts !== undefined,
  },
  {
    member: 'resourcesListChanged',
    method: 'notifications/resources/list_changed',
    isThere: ({ server }: Door) => server.resources !== undefined,
  },
] as const

/** Says that a resource may have changed. */
export const UPDATED = 'notifications/resources/updated'

/** The answer that completes a subscription in good order. */
export function completion(id: MessageId): string {
  const serialised = JSON.stringify(id)
  return `{"jsonrpc":"2.0","id":${serialised},"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":${serialised}}}}`
}

/** Reads `params.notifications`. What is not known here is left out. @throws PosternError `invalid_params` */
export function readFilter(params: JsonObject | undefined): SubscriptionFilter {
  const notifications = params?.notifications
  if (!isJsonObject(notifications)) throw invalid('params.notifications must be an object.')
  const flag = (name: string): boolean => {
    const value = notifications[name]
    if (value === undefined || typeof value === 'boolean') return value === true
    throw invalid(`params.notifications.${name} must be true or false.`)
  }
  const uris = notifications.resourceSubscriptions ?? []
  if (!Array.isArray(uris) || !uris.every(uri => typeof uri === 'string')) {
    throw invalid('params.notifications.resourceSubscriptions must be a list of URIs.')
  }
  return {
    toolsListChanged: flag('toolsListChanged'),
    promptsListChanged: flag('promptsListChanged'),
    resourcesListChanged: flag('resourcesListChanged'),
    resourceSubscriptions: uris,
  }
}

/** A notification, serialised. */
export function notification(method: string, params: string): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":{${params}}}`
}

function invalid(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
