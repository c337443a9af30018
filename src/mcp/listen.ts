import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import { isJsonObject, type MessageId } from './json-rpc.ts'
import type { ToolsChanged } from './tools-changed.ts'

/** Which notifications a subscription asks for, of those that this server has. */
export interface SubscriptionFilter {
  readonly toolsListChanged: boolean
}

/** Where a subscription's messages go. */
export interface SubscriptionSink {
  /** Takes one whole JSON-RPC message. */
  readonly send: (message: string) => void
  /** Called once, after the last message, when the server ends the subscription. */
  readonly end: () => void
}

/**
 * Opens a subscription (2026-07-28 basic/patterns/subscriptions): acknowledges first, then tells of changes,
 * and when the instance shuts down completes the request. Returns what ends it on the client's wish, without
 * a further message.
 */
export function subscribe(
  id: MessageId,
  filter: SubscriptionFilter,
  toolsChanged: ToolsChanged,
  sink: SubscriptionSink,
): () => void {
  const meta = `"_meta":{"io.modelcontextprotocol/subscriptionId":${JSON.stringify(id)}}`
  const agreed = filter.toolsListChanged ? '{"toolsListChanged":true}' : '{}'
  sink.send(notification('notifications/subscriptions/acknowledged', `${meta},"notifications":${agreed}`))
  return toolsChanged.subscribe({
    changed: () => {
      if (filter.toolsListChanged) sink.send(notification('notifications/tools/list_changed', meta))
    },
    closed: () => {
      sink.send(completion(id))
      sink.end()
    },
  })
}

/** The answer that completes a subscription in good order. */
export function completion(id: MessageId): string {
  const serialised = JSON.stringify(id)
  return `{"jsonrpc":"2.0","id":${serialised},"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":${serialised}}}}`
}

/** Reads `params.notifications`. What this server does not have is left out. @throws PosternError `invalid_params` */
export function readFilter(params: JsonObject | undefined): SubscriptionFilter {
  const notifications = params?.notifications
  if (!isJsonObject(notifications)) {
    throw new PosternError('invalid_params', { message: 'params.notifications must be an object.' })
  }
  const { toolsListChanged } = notifications
  if (toolsListChanged !== undefined && typeof toolsListChanged !== 'boolean') {
    throw new PosternError('invalid_params', {
      message: 'params.notifications.toolsListChanged must be true or false.',
    })
  }
  return { toolsListChanged: toolsListChanged === true }
}

function notification(method: string, params: string): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":{${params}}}`
}
