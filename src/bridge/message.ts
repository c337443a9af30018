import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { isMessageId, type MessageId } from '../mcp/json-rpc.ts'

/** One line from the client: a JSON-RPC message, or a batch of them (2025-03-26 only). */
export interface ClientMessage {
  /** The line as it came; sent as it is, so that no number loses digits. */
  readonly text: string
  /** The single message; undefined for a batch. */
  readonly single: JsonObject | undefined
  /** `method` of the single message; undefined for batches and for responses. */
  readonly method: string | undefined
  /** Ids of the requests in it that wait for an answer. */
  readonly ids: readonly MessageId[]
  /** The version it claims in `params._meta` (2026-07-28); undefined for the era of the handshake. */
  readonly version: string | undefined
}

const VERSION = 'io.modelcontextprotocol/protocolVersion'

/** Reads one line. Undefined where it is no JSON object or array; the server judges everything else. */
export function readClientMessage(text: string): ClientMessage | undefined {
  const value = parse(text)
  if (Array.isArray(value)) {
    return { text, single: undefined, method: undefined, ids: value.flatMap(requestIds), version: undefined }
  }
  if (!isJsonObject(value)) return undefined
  return {
    text,
    single: value,
    method: typeof value.method === 'string' ? value.method : undefined,
    ids: requestIds(value),
    version: claimedVersion(value.params),
  }
}

/** The id that `notifications/cancelled` names; undefined where the message is none. */
export function cancelledId(message: ClientMessage): MessageId | undefined {
  const params = message.single?.params
  if (message.method !== 'notifications/cancelled' || !isJsonObject(params)) return undefined
  return isMessageId(params.requestId) ? params.requestId : undefined
}

/** A message of the server: parsed for us, and as one line for the client. Undefined where it is no JSON. */
export function readServerMessage(text: string): { value: unknown; line: string } | undefined {
  const value = parse(text)
  // Outside of strings, where JSON has them escaped, line breaks are only white space.
  return typeof value === 'object' && value !== null
    ? { value, line: text.trim().replace(/[\r\n]+/g, ' ') }
    : undefined
}

function requestIds(value: unknown): MessageId[] {
  return isJsonObject(value) && typeof value.method === 'string' && isMessageId(value.id) ? [value.id] : []
}

function claimedVersion(params: unknown): string | undefined {
  const meta = isJsonObject(params) ? params._meta : undefined
  const version = isJsonObject(meta) ? meta[VERSION] : undefined
  return typeof version === 'string' ? version : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
