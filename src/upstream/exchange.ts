import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import { PosternError } from '../errors.ts'
import { inTurns } from '../in-turns.ts'
import type { Deadlines, Expiring } from './deadlines.ts'
import { upstreamError } from './upstream-error.ts'

/** What came back from one request, as undici read it. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * Looks on while an answer comes, and changes nothing about it: told of the status and headers, gives what is told of
 * each part of the body, or undefined where it does not care. Must not throw.
 */
export type AnswerWatch = (
  status: number,
  headers: IncomingHttpHeaders,
) => ((chunk: Buffer) => void) | undefined

/** How far a request had got when it failed; a retry depends on it. */
export class ExchangeFailure {
  readonly error: PosternError
  /** The connection broke before any part of an answer came: a repetition may succeed. */
  readonly isRetriable: boolean

  constructor(error: PosternError, isRetriable: boolean) {
    this.error = error
    this.isRetriable = isRetriable
  }
}

/** Is told how an exchange ended: one of the two, once. Must not throw. */
export interface ExchangeListener {
  answered(answer: Answer): void
  failed(failure: ExchangeFailure): void
}

/**
 * One request and its answer, as undici's dispatch handler: collects the body up to a limit and ends exactly
 * once, by the answer, an error, the deadline or the caller's signal. Whatever ends it early also closes the
 * connection, so that the backend can stop working; a request that was still queued is never sent.
 */
export class Exchange implements Dispatcher.DispatchHandler, Expiring {
  /** Whole answers of one turn go on their way together. */
  static readonly #hand = inTurns<Exchange>(exchange => exchange.#deliver())
  readonly deadline: number
  earlier: Expiring | undefined
  later: Expiring | undefined
  readonly #deadlines: Deadlines
  readonly #signal: CancelSignal
  readonly #limit: number
  readonly #watch: AnswerWatch | undefined
  readonly #listener: ExchangeListener
  readonly #onAbort = () => this.#end(new PosternError('cancelled'))
  #controller: Dispatcher.DispatchController | undefined
  #isDone = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #onChunk: ((chunk: Buffer) => void) | undefined
  #chunks: Buffer[] = []
  #size = 0

  constructor(
    options: {
      deadlines: Deadlines
      deadline: number
      signal: CancelSignal
      limit: number
      watch: AnswerWatch | undefined
    },
    listener: ExchangeListener,
  ) {
    this.deadline = options.deadline
    this.#deadlines = options.deadlines
    this.#signal = options.signal
    this.#limit = options.limit
    this.#watch = options.watch
    this.#listener = listener
    this.#signal.addEventListener('abort', this.#onAbort)
    this.#deadlines.add(this)
  }

  expire(): void {
    this.#end(new PosternError('upstream_timeout'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Thrown, it ends the request alone; an abort would cost an idle connection.
    if (this.#isDone) throw new Error('ended before it was sent')
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (this.#watch !== undefined) this.#onChunk = this.#watch(status, headers)
    if (Number(headers['content-length']) > this.#limit) this.#end(new PosternError('upstream_too_large'))
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone) return
    this.#size += chunk.length
    if (this.#size > this.#limit) {
      this.#end(new PosternError('upstream_too_large'))
      return
    }
    this.#chunks.push(chunk)
    if (this.#onChunk !== undefined) this.#onChunk(chunk)
  }

  onResponseEnd(): void {
    if (this.#settle()) Exchange.#hand(this)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settle()) return
    const wasSent = this.#controller !== undefined
    const { failure, isReset } = upstreamError(error, wasSent)
    this.#listener.failed(new ExchangeFailure(failure, isReset && this.#status === 0))
  }

  #deliver(): void {
    let body: Buffer
    try {
      const [only] = this.#chunks
      body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#size)
    } catch (cause) {
      // No memory for so large a body: that ends this call, and no other one of the row.
      this.#listener.failed(new ExchangeFailure(new PosternError('internal_error', { cause }), false))
      return
    }
    this.#listener.answered({ status: this.#status, headers: this.#headers, body })
  }

  #end(error: PosternError): void {
    if (!this.#settle()) return
    this.#chunks = []
    this.#listener.failed(new ExchangeFailure(error, false))
    this.#controller?.abort(error)
  }

  #settle(): boolean {
    if (this.#isDone) return false
    this.#isDone = true
    this.#deadlines.delete(this)
    this.#signal.removeEventListener('abort', this.#onAbort)
    return true
  }
}
