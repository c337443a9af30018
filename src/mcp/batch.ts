import type { ErrorNames } from '../config/error-names.ts'
import { PosternError } from '../errors.ts'
import { type RpcRequest, readId, readMessage } from './json-rpc.ts'
import type { Payload } from './payload.ts'
import { renderError } from './render-error.ts'

/** Most messages in one batch. */
export const MAX_BATCH = 50

/** How a batch's single requests are answered and what becomes of what they throw. */
export interface BatchHandler {
  readonly answer: (request: RpcRequest) => Payload | Promise<Payload>
  readonly refuse: (thrown: unknown) => PosternError
  /** What the product calls errors. */
  readonly errorNames: ErrorNames | undefined
}

/**
 * Answers a JSON-RPC batch (2025-03-26 basic/index "Batching"): one response per request, in the order of the
 * requests, which run at the same time. Undefined when nothing in it wants an answer. A message that is wrong
 * gets its own error; the others are served.
 *
 * @throws PosternError `invalid_request` for a batch that is empty, too long, or uses an id twice.
 */
export async function answerBatch(
  items: readonly unknown[],
  handler: BatchHandler,
): Promise<Payload | undefined> {
  checkBatch(items)
  const answers = await Promise.all(items.map(item => answerItem(item, handler)))
  const payloads = answers.filter(payload => payload !== undefined)
  if (payloads.length === 0) return undefined
  return [
    '[',
    ...payloads.flatMap((payload, index) => (index === 0 ? payload : [',', ...pieces(payload)])),
    ']',
  ]
}

async function answerItem(item: unknown, handler: BatchHandler): Promise<Payload | undefined> {
  try {
    const message = readMessage(item)
    if (message.kind !== 'request') return undefined
    if (message.method === 'initialize') {
      throw new PosternError('invalid_request', { message: 'initialize may not be part of a batch.' })
    }
    return await handler.answer(message)
  } catch (thrown) {
    return renderError(handler.refuse(thrown), readId(item), handler.errorNames)
  }
}

function checkBatch(items: readonly unknown[]): void {
  if (items.length === 0) throw new PosternError('invalid_request', { message: 'The batch is empty.' })
  if (items.length > MAX_BATCH) {
    throw new PosternError('invalid_request', { message: `A batch has at most ${MAX_BATCH} messages.` })
  }
  const ids = items.map(readId).filter(id => id !== undefined)
  if (new Set(ids).size < ids.length) {
    throw new PosternError('invalid_request', { message: 'Two requests of the batch have the same id.' })
  }
}

function pieces(payload: Payload): readonly (string | Buffer)[] {
  return typeof payload === 'string' ? [payload] : payload
}
