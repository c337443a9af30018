import type { ServerResponse } from 'node:http'
import type { ResponseHeaders } from './cors.ts'
import { oneLine } from './one-line.ts'
import type { Payload } from './payload.ts'

/**
 * An answer that is an event stream: messages about a request, then its response (MCP 2026-07-28
 * basic/transports/streamable-http "Receiving Messages"). It can't be resumed, so its events have no ids. A client
 * that does not read is spared the messages, never the response, so that little piles up for it.
 */
export class AnswerStream {
  readonly #response: ServerResponse
  readonly #headers: ResponseHeaders | undefined

  /** Writes nothing yet. */
  constructor(response: ServerResponse, headers: ResponseHeaders | undefined) {
    this.#response = response
    this.#headers = headers
  }

  /** Sends one message, on one line; false if it was left out. */
  send(message: string): boolean {
    const response = this.#response
    if (response.destroyed || response.writableEnded || response.writableLength > MAX_UNREAD_BYTES)
      return false
    this.#open()
    response.write(`${EVENT}${message}\n\n`)
    return true
  }

  /** Sends a comment, which clients ignore, so that nothing on the way takes the stream for dead. */
  keepAlive(): void {
    const response = this.#response
    if (response.destroyed || response.writableEnded || response.writableLength > MAX_UNREAD_BYTES) return
    this.#open()
    response.write(':\n\n')
  }

  /** Sends the response and ends the stream. */
  end(payload: Payload): void {
    const response = this.#response
    if (response.destroyed || response.writableEnded) return
    this.#open()
    // Not corked: Node would put the end of a chunked body before what a corked response holds back.
    response.write(EVENT)
    for (const piece of typeof payload === 'string' ? [payload] : payload) response.write(oneLine(piece))
    response.end('\n\n')
  }

  #open(): void {
    if (this.#response.headersSent) return
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      ...this.#headers,
    })
  }
}

const EVENT = 'event: message\ndata: '
/** A client that lets this many bytes pile up does not read. */
const MAX_UNREAD_BYTES = 64 * 1024
