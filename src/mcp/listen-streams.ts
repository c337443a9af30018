import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticated, Principal } from '../auth/principal.ts'
import { PosternError } from '../errors.ts'
import type { ResponseHeaders } from './cors.ts'
import type { HttpDoor } from './door.ts'
import type { RpcRequest } from './json-rpc.ts'
import { completion, readFilter, subscribe } from './listen.ts'

/** Most streams that one door keeps open, and most of one credential. */
export const MAX_STREAMS = 4096
export const MAX_STREAMS_PER_CREDENTIAL = 64

/** A client that lets this many bytes pile up does not read; its stream is cut. */
const MAX_UNREAD_BYTES = 64 * 1024

interface Stream {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Writes the completion and ends; nothing follows. */
  readonly complete: () => void
}

/**
 * The event streams that answer `subscriptions/listen` over HTTP. A comment keeps each alive, and at every
 * beat its credential is checked again: a stream does not outlive what it was opened with.
 */
export class ListenStreams {
  readonly #door: HttpDoor
  readonly #open = new Set<Stream>()
  readonly #perCredential = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(door: HttpDoor, keepAlive: number) {
    this.#door = door
    this.#timer = setInterval(() => void this.beat(), keepAlive)
    this.#timer.unref()
  }

  /**
   * Answers with a stream that stays open until the client leaves or the tools' source closes.
   *
   * @throws PosternError `invalid_params`, `too_many_streams`; nothing is written then.
   */
  open(
    message: RpcRequest,
    principal: Principal,
    request: IncomingMessage,
    response: ServerResponse,
    headers: ResponseHeaders | undefined,
  ): void {
    const filter = readFilter(message.params)
    // A client that left while its credential was checked: no event would ever take the stream off the list.
    if (response.destroyed) return
    this.#admit(principal)
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      // The connection ends with the stream: one left idle would hold up a shutdown until its timeout.
      connection: 'close',
      ...headers,
    })
    let unsubscribe = () => {}
    const stream: Stream = {
      request,
      response,
      complete: () => {
        unsubscribe()
        write(response, event(completion(message.id)))
        response.end()
      },
    }
    this.#open.add(stream)
    response.once('close', () => {
      unsubscribe()
      this.#forget(stream, principal)
    })
    const identify = async () => (await this.#identify(request)).principal
    unsubscribe = subscribe({ id: message.id, filter, principal, identify }, this.#door, {
      send: text => write(response, event(text)),
      end: () => response.end(),
    })
  }

  /** One beat: every stream whose credential still holds gets a comment, the others are completed. */
  async beat(): Promise<void> {
    await Promise.all([...this.#open].map(stream => this.#beatOf(stream)))
  }

  /** Completes every stream and stops the beat. */
  close(): void {
    clearInterval(this.#timer)
    for (const stream of this.#open) stream.complete()
  }

  async #beatOf(stream: Stream): Promise<void> {
    try {
      await this.#identify(stream.request)
      write(stream.response, ':\n\n')
    } catch {
      stream.complete()
    }
  }

  #identify({ headers, rawHeaders }: IncomingMessage): Authenticated | Promise<Authenticated> {
    return this.#door.authenticate({ headers, rawHeaders })
  }

  #admit(principal: Principal): void {
    const count = this.#perCredential.get(principal.credentialId) ?? 0
    if (this.#open.size >= MAX_STREAMS || count >= MAX_STREAMS_PER_CREDENTIAL) {
      throw new PosternError('too_many_streams')
    }
    this.#perCredential.set(principal.credentialId, count + 1)
  }

  #forget(stream: Stream, principal: Principal): void {
    this.#open.delete(stream)
    const count = this.#perCredential.get(principal.credentialId) ?? 0
    if (count > 1) this.#perCredential.set(principal.credentialId, count - 1)
    else this.#perCredential.delete(principal.credentialId)
  }
}

function event(message: string): string {
  return `event: message\ndata: ${message}\n\n`
}

function write(response: ServerResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return
  if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
  else response.write(text)
}
