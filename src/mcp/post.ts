import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Cancellation } from '../auth/cancellation.ts'
import { AnswerStream } from './answer-stream.ts'
import type { AnswerHeaders } from './call.ts'
import { type ClientAddress, peerAddress } from './client-address.ts'
import { corsHeaders } from './cors.ts'
import type { PresentedRequest } from './door.ts'

/**
 * One HTTP request to a door and the response to write to.
 *
 * Its own members and not those of Node's request: reading `signal` there makes an AbortController whose
 * bookkeeping keeps every finished request from the young collector.
 */
export class Post implements PresentedRequest, AnswerHeaders {
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  readonly headers: IncomingHttpHeaders
  /** For log and audit. */
  readonly id: string
  #signal: Cancellation | undefined
  #stream: AnswerStream | undefined
  readonly #clientAddress: ClientAddress
  #remoteAddress: string | undefined

  constructor(
    raw: IncomingMessage,
    response: ServerResponse,
    id: string,
    clientAddress: ClientAddress = peerAddress,
  ) {
    this.raw = raw
    this.response = response
    this.headers = raw.headers
    this.id = id
    this.#clientAddress = clientAddress
  }

  get rawHeaders(): readonly string[] {
    return this.raw.rawHeaders
  }

  /** Aborts when the connection ends before the answer is written. */
  get signal(): Cancellation {
    this.#signal ??= cancelledByClient(this.response)
    return this.#signal
  }

  /** The stream that the answer ends; undefined where the answer is all there is. */
  get stream(): AnswerStream | undefined {
    return this.#stream
  }

  /** Sends a message ahead of the answer; with the first one, the answer becomes a stream. */
  sendAhead(message: string): boolean {
    this.#stream ??= new AnswerStream(this.response, corsHeaders(this.headers.origin))
    return this.#stream.send(message)
  }

  /** Keeps what waits for the stream's next message from giving up. */
  keepAlive(): void {
    this.#stream?.keepAlive()
  }

  /** Adds headers to the answer, unless it has begun. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    if (this.response.headersSent) return
    for (const [name, value] of Object.entries(headers)) this.response.setHeader(name, value)
  }

  /** The client's address, for audit and log; undefined where its peer was gone before it was first asked for. */
  get remoteAddress(): string | undefined {
    this.#remoteAddress ??= this.#clientAddress(this.raw)
    return this.#remoteAddress
  }

  /** The same for counting: who is gone already is counted with all who are. */
  get from(): string {
    return this.remoteAddress ?? 'gone'
  }
}

function cancelledByClient(response: ServerResponse): Cancellation {
  const signal = new Cancellation()
  const onClose = () => {
    if (!response.writableFinished) signal.abort()
  }
  if (response.destroyed) onClose()
  else response.once('close', onClose)
  return signal
}
