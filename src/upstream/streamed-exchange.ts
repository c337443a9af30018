import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import { PosternError } from '../errors.ts'

/** An answer whose body is still on its way. */
export interface StreamedAnswer {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

/** A signal that says what for. */
export type ReasonedSignal = CancelSignal & { readonly reason: unknown }

/**
 * Told of the answer, or of what went wrong before there was one. Where it throws at an answer, it is told of that, and
 * nobody gets the answer.
 */
export type TellAnswer = (error: Error | null, answer?: StreamedAnswer) => void

/** What {@link StreamedExchange} needs. */
export interface StreamedExchangeOptions {
  /** Not aborted yet. */
  readonly signal: ReasonedSignal
  /** Largest body, in bytes. */
  readonly limit: number
  /** Answers to HEAD declare a body that does not come, as a 304 may (RFC 9110 8.6). */
  readonly isHead: boolean
}

/**
 * One request and its answer, as undici's dispatch handler: hands the body on as it comes, no faster than it is read, up
 * to a limit. What goes wrong while it comes destroys it. Whatever ends it early, its reader included, also closes the
 * connection, so that the backend can stop working; a request that was still queued is never sent.
 *
 * It is not undici's `request`, since V8 lets the objects of that (8.12) survive every young collection: that made a
 * pass-through cost about a third more. Whoever is told is so in the connection's asynchronous context, not in the
 * request's.
 */
export class StreamedExchange implements Dispatcher.DispatchHandler {
  readonly #signal: ReasonedSignal
  readonly #limit: number
  readonly #isHead: boolean
  readonly #tell: TellAnswer
  readonly #onAbort = () => this.#end(reasonOf(this.#signal))
  #controller: Dispatcher.DispatchController | undefined
  #body: Readable | undefined
  #size = 0
  /** The answer is whole, or given up. */
  #isOver = false

  constructor({ signal, limit, isHead }: StreamedExchangeOptions, tell: TellAnswer) {
    this.#signal = signal
    this.#limit = limit
    this.#isHead = isHead
    this.#tell = tell
    signal.addEventListener('abort', this.#onAbort)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Thrown, it ends the request alone; an abort would cost an idle connection.
    if (this.#isOver) throw new Error('ended before it was sent')
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (statusCode < 200 || this.#isOver) return
    if (statusCode > HIGHEST_STATUS) {
      this.#end(Object.assign(new Error(`status ${statusCode}`), { code: 'HPE_INVALID_STATUS' }))
      return
    }
    const hasBody = !this.#isHead && statusCode !== NOT_MODIFIED
    if (hasBody && Number(headers['content-length']) > this.#limit) {
      this.#end(new PosternError('upstream_too_large'))
      return
    }
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        this.#leave(error)
        done(error)
      },
    })
    // Whoever is told may look at it only later; by then it may have been destroyed.
    body.on('error', () => {})
    this.#body = body
    try {
      this.#tell(null, { statusCode, headers, body })
    } catch (thrown) {
      body.destroy()
      this.#tell(thrown instanceof Error ? thrown : new Error(String(thrown)))
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#size += chunk.length
    if (this.#size > this.#limit) this.#end(new PosternError('upstream_too_large'))
    else if (this.#body?.push(chunk) === false) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#body?.push(null)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.#isOver) this.#end(error)
  }

  /** Also of a whole answer that has not been read to its end. */
  #end(error: Error): void {
    if (this.#body !== undefined) {
      this.#body.destroy(error)
      return
    }
    this.#leave(error)
    this.#tell(error)
  }

  /** @param error - null where the reader has left */
  #leave(error: Error | null): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.abort(error ?? new Error('nobody reads the answer any more'))
  }
}

/** RFC 9110 15: what is above is no status, and Fastify sends none. */
const HIGHEST_STATUS = 599
const NOT_MODIFIED = 304

/** Why a call was ended, as an error. */
export function reasonOf({ reason }: ReasonedSignal): Error {
  return reason instanceof Error ? reason : new PosternError('cancelled')
}
