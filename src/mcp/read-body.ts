import type { IncomingMessage } from 'node:http'
import { PosternError } from '../errors.ts'

/**
 * Reads a request's body whole, as it came. Calls back exactly once, with the bytes or with why there are none;
 * what comes after that is dropped unread.
 *
 * Callbacks and not a promise: this is on the path of every call.
 *
 * @param limit most bytes that are taken
 * @param done error: `payload_too_large`; `cancelled` where the client broke off
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  done: (error: PosternError | undefined, body: Buffer) => void,
): void {
  const announced = request.headers['content-length']
  if (announced !== undefined && Number(announced) > limit) {
    done(new PosternError('payload_too_large'), NOTHING)
    return
  }
  let first: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  let isDone = false

  function finish(error: PosternError | undefined, body: Buffer): void {
    if (isDone) return
    isDone = true
    done(error, body)
  }
  request.on('data', (chunk: Buffer) => {
    if (isDone) return
    size += chunk.length
    if (size > limit) {
      first = undefined
      more = undefined
      finish(new PosternError('payload_too_large'), NOTHING)
    } else if (first === undefined) first = chunk
    else if (more === undefined) more = [first, chunk]
    else more.push(chunk)
  })
  request.on('end', () =>
    finish(undefined, more === undefined ? (first ?? NOTHING) : Buffer.concat(more, size)),
  )
  // Without a listener, a connection that breaks within the body would take the process down.
  request.on('error', cause => finish(new PosternError('cancelled', { cause }), NOTHING))
}

const NOTHING: Buffer = Buffer.alloc(0)
