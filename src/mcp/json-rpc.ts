import type { JsonObject } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'

/** Id of a request: MCP allows strings and integers, not null (2026-07-28 basic/index "Requests"). */
export type MessageId = string | number

/** A request: has an id and wants an answer. */
export interface RpcRequest {
  readonly kind: 'request'
  readonly id: MessageId
  readonly method: string
  readonly params: JsonObject | undefined
}

/** A notification: has no id and is never answered. */
export interface RpcNotification {
  readonly kind: 'notification'
  readonly method: string
  readonly params: JsonObject | undefined
}

/** An answer to something that a server asked. */
export interface RpcResponse {
  readonly kind: 'response'
  readonly id: MessageId | null
  /** Undefined where the client answered with an error. */
  readonly result: unknown
}

/** One JSON-RPC 2.0 message as MCP restricts it. */
export type RpcMessage = RpcRequest | RpcNotification | RpcResponse

/**
 * Checks that a parsed JSON value is one JSON-RPC message. Members that JSON-RPC does not know are ignored.
 *
 * @throws PosternError `invalid_request` with a message that names the member.
 */
export function readMessage(value: unknown): RpcMessage {
  if (!isJsonObject(value)) throw invalid('The message must be a JSON object.')
  if (value.jsonrpc !== '2.0') throw invalid('The member "jsonrpc" must be "2.0".')
  const { method, params, id } = value
  if (method === undefined) return readResponse(value)
  if (typeof method !== 'string' || method === '') throw invalid('The member "method" must be a string.')
  if (params !== undefined && !isJsonObject(params)) throw invalid('The member "params" must be an object.')
  if (id === undefined) return { kind: 'notification', method, params }
  if (!isMessageId(id)) throw invalid('The member "id" must be a string or an integer, never null.')
  return { kind: 'request', id, method, params }
}

/** The id that an error about this value has to carry; undefined where there is none that can be read. */
export function readId(value: unknown): MessageId | undefined {
  if (!isJsonObject(value) || value.method === undefined) return undefined
  return isMessageId(value.id) ? value.id : undefined
}

/** Whether a value is an object in JSON's sense: no array, not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value can be the id of a request. Integers that JSON.parse would round can't be echoed truly. */
export function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string' || Number.isSafeInteger(value)
}

function readResponse(value: JsonObject): RpcResponse {
  if ('result' in value === 'error' in value) throw invalid('The message has no "method".')
  const { id, result } = value
  if (!isMessageId(id) && id !== null) throw invalid('A response must have an "id".')
  return { kind: 'response', id, result }
}

function invalid(message: string): PosternError {
  return new PosternError('invalid_request', { message })
}
