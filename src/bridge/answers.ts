import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject } from '../catalogue/tool.ts'
import { isMessageId, type MessageId } from '../mcp/json-rpc.ts'
import type { Failure } from './explain-failure.ts'
import { type ClientMessage, readServerMessage } from './message.ts'
import type { Remote } from './remote.ts'
import { observeResult } from './session.ts'

/** Hands the server's messages about one client message on, and sees to it that every request is answered once. */
export interface Answers {
  /** Hands on one message of the server. False where the text is no JSON-RPC message. */
  readonly deliver: (text: string) => Promise<boolean>
  /** Answers the requests that the server has not answered; says it on standard error where nobody waits. */
  readonly fail: (failure: Failure) => Promise<void>
  readonly complete: () => boolean
}

/** @param signal - once aborted, nothing more is written: a cancelled request gets no answer. */
export function createAnswers(remote: Remote, message: ClientMessage, signal: AbortSignal): Answers {
  const waiting = new Set<MessageId>(message.ids)
  const write = async (line: string) => {
    if (!signal.aborted) await remote.write(line)
  }
  const deliver = async (text: string) => {
    const read = readServerMessage(text)
    if (read === undefined) return false
    const { value, line } = read
    if (Array.isArray(value)) {
      for (const answer of value) if (isJsonObject(answer)) waiting.delete(answer.id as MessageId)
      await write(line)
      return true
    }
    if (!isJsonObject(value) || !isRpc(value)) return false
    if (typeof value.method === 'string') {
      await write(line)
      return true
    }
    const [first] = waiting
    if (isMessageId(value.id) && waiting.delete(value.id)) {
      const changed = observeResult(message, value, remote.session, remote.warn)
      await write(changed === undefined ? line : JSON.stringify(changed))
    } else if (!isMessageId(value.id) && first !== undefined && isJsonObject(value.error)) {
      // An error before the server had read the id, of a missing credential for example.
      waiting.delete(first)
      await write(JSON.stringify({ jsonrpc: '2.0', id: first, error: value.error }))
    } else {
      remote.warn('The server answered something that was not asked; left out.')
    }
    return true
  }
  const fail = async (failure: Failure) => {
    if (signal.aborted) return
    if (waiting.size === 0) remote.warn(failure.message)
    for (const id of waiting) {
      const error = { code: failure.code, message: failure.message }
      await write(JSON.stringify({ jsonrpc: '2.0', id, error }))
    }
    waiting.clear()
  }
  return { deliver, fail, complete: () => waiting.size === 0 }
}

function isRpc(value: JsonObject): boolean {
  if (value.jsonrpc !== '2.0') return false
  if (typeof value.method === 'string') return true
  const { error } = value
  return 'result' in value || (isJsonObject(error) && typeof error.message === 'string')
}
