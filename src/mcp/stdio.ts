import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Authenticated, Principal } from '../auth/principal.ts'
import { PosternError } from '../errors.ts'
import { answerBatch } from './batch.ts'
import { dispatch, prepare } from './dispatch.ts'
import type { Door } from './door.ts'
import { clientName, envelopeClient } from './envelope.ts'
import { stdioVersion } from './era.ts'
import { negotiatedVersion } from './initialize.ts'
import { type MessageId, type RpcNotification, type RpcRequest, readId, readMessage } from './json-rpc.ts'
import { LegacyNews } from './legacy-news.ts'
import { readLines } from './lines.ts'
import { readFilter, subscribe } from './listen.ts'
import type { MessageContext, Prepared } from './message-context.ts'
import { oneLine } from './one-line.ts'
import { parseJson } from './parse-json.ts'
import type { Payload } from './payload.ts'
import { readProgressToken } from './progress.ts'
import { asPosternError, renderError } from './render-error.ts'
import { roundsDialogue } from './rounds-dialogue.ts'
import { StdioQuestions } from './stdio-questions.ts'
import { BATCH_VERSION, MODERN_VERSION, type ProtocolVersion } from './versions.ts'

/** What {@link serveStdio} speaks through, and for whom. */
export interface StdioOptions {
  readonly input: Readable
  readonly output: Writable
  readonly door: Door
  /** Who is calling; asked for every request, so that a credential that ends, ends here too. */
  readonly authenticate: () => Authenticated | Promise<Authenticated>
  /** Longest line, in bytes. */
  readonly lineLimit: number
}

/**
 * Serves one client over newline-delimited JSON, both eras at once (2026-07-28 and 2025-* basic/transports,
 * "stdio"). Requests run at the same time; `notifications/cancelled` aborts one, which is then not answered.
 * Writes nothing but messages to `output`. Resolves when the input has ended and what was running is answered.
 */
export async function serveStdio(options: StdioOptions): Promise<void> {
  await new StdioSession(options).run()
}

/** What is known of a request besides its message. */
interface Asked {
  readonly caller: Authenticated
  readonly requestId: string
  readonly version: ProtocolVersion
  readonly controller: AbortController
  /** Whether it is a message of its own, and not one of a batch. */
  readonly isAlone: boolean
}

class StdioSession {
  readonly #options: StdioOptions
  readonly #prepared: Prepared
  readonly #news: LegacyNews
  /** Requests without an answer yet, subscriptions included: how to cancel each. */
  readonly #running = new Map<MessageId, () => void>()
  readonly #pending = new Set<Promise<void>>()
  readonly #endings = new Set<() => void>()
  readonly #questions: StdioQuestions
  #negotiated: ProtocolVersion | undefined
  #client: string | undefined
  #count = 0

  constructor(options: StdioOptions) {
    this.#options = options
    this.#prepared = prepare(options.door)
    this.#questions = new StdioQuestions(message => this.#write(message), options.authenticate)
    this.#news = new LegacyNews(
      options.door,
      message => this.#write(message),
      () => this.#identify(),
    )
  }

  async run(): Promise<void> {
    const { input, output, lineLimit } = this.#options
    // A client that closes its end while we write must not bring the process down: nobody reads what is left.
    output.on('error', () => {
      for (const cancel of [...this.#running.values()]) cancel()
      input.destroy()
    })
    try {
      for await (const line of readLines(input, lineLimit)) {
        const answered = this.#take(line).finally(() => this.#pending.delete(answered))
        this.#pending.add(answered)
        if (output.writableNeedDrain) await Promise.race([once(output, 'drain'), once(output, 'close')])
      }
    } catch (thrown) {
      // The input broke off: what is running is still answered where that is possible.
      if (!input.destroyed) throw thrown
    }
    this.#questions.close()
    for (const end of this.#endings) end()
    this.#news.close()
    await Promise.all(this.#pending)
  }

  async #take(line: Buffer | PosternError): Promise<void> {
    this.#count += 1
    const requestId = `stdio-${this.#count}`
    let value: unknown
    try {
      if (line instanceof PosternError) throw line
      value = parseJson(line)
      const answer = Array.isArray(value)
        ? await this.#answerBatch(value, requestId)
        : await this.#answerMessage(value, requestId)
      if (answer !== undefined) this.#write(answer)
    } catch (thrown) {
      this.#write(this.#renderError(this.#refuse(thrown, requestId), readId(value)))
    }
  }

  async #answerMessage(value: unknown, requestId: string): Promise<Payload | undefined> {
    const message = readMessage(value)
    if (message.kind === 'response') {
      this.#questions.take(message)
      return undefined
    }
    if (message.kind === 'notification') {
      this.#note(message)
      return undefined
    }
    return this.#answerRequest(message, requestId, true)
  }

  async #answerRequest(
    request: RpcRequest,
    requestId: string,
    isAlone: boolean,
  ): Promise<Payload | undefined> {
    const version = stdioVersion(request, this.#negotiated)
    if (this.#running.has(request.id)) {
      throw new PosternError('invalid_request', { message: 'A request with this id is still running.' })
    }
    const isModern = version === MODERN_VERSION
    if (!isModern && request.method === 'initialize') {
      this.#negotiated = negotiatedVersion(request.params)
      this.#client = clientName(request.params?.clientInfo)
      this.#questions.initialized(this.#negotiated, request.params)
    }
    const controller = new AbortController()
    let stays = false
    this.#running.set(request.id, () => controller.abort(new PosternError('cancelled')))
    try {
      const caller = await this.#options.authenticate()
      if (controller.signal.aborted) return undefined
      if (isModern && request.method === 'subscriptions/listen') {
        stays = this.#listen(request, caller)
        return undefined
      }
      const context = this.#context(request, { caller, requestId, version, controller, isAlone })
      const answer = await dispatch(request, context, this.#prepared)
      return controller.signal.aborted ? undefined : answer
    } catch (thrown) {
      if (controller.signal.aborted) return undefined
      throw thrown
    } finally {
      if (!stays) this.#running.delete(request.id)
    }
  }

  #answerBatch(items: readonly unknown[], requestId: string): Promise<Payload | undefined> {
    if (this.#negotiated !== BATCH_VERSION) {
      throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
    }
    return answerBatch(items, {
      answer: async request => {
        if (stdioVersion(request, this.#negotiated) !== BATCH_VERSION) {
          throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
        }
        const answer = await this.#answerRequest(request, requestId, false)
        // A batch has one response per request, so a cancelled one is answered here.
        return answer ?? this.#renderError(new PosternError('cancelled'), request.id)
      },
      refuse: thrown => this.#refuse(thrown, requestId),
      errorNames: this.#options.door.errorNames,
    })
  }

  /** Opens a subscription; false if it has ended already, because the instance shuts down. */
  #listen(request: RpcRequest, { principal }: Authenticated): boolean {
    const filter = readFilter(request.params)
    let isOpen = true
    const finish = () => {
      isOpen = false
      this.#running.delete(request.id)
      this.#endings.delete(unsubscribe)
    }
    let unsubscribe = () => {}
    this.#running.set(request.id, () => {
      unsubscribe()
      finish()
    })
    const identify = () => this.#identify()
    unsubscribe = subscribe({ id: request.id, filter, principal, identify }, this.#options.door, {
      send: message => this.#write(message),
      end: finish,
    })
    this.#endings.add(unsubscribe)
    return isOpen
  }

  #note(notification: RpcNotification): void {
    if (notification.method === 'notifications/initialized') this.#news.open()
    if (notification.method !== 'notifications/cancelled') return
    const id = notification.params?.requestId
    if (typeof id === 'string' || typeof id === 'number') this.#running.get(id)?.()
  }

  #context(request: RpcRequest, { caller, requestId, version, controller, isAlone }: Asked): MessageContext {
    const { signal } = controller
    const questions = this.#questions
    return {
      version,
      caller,
      requestId,
      remoteAddress: undefined,
      client: version === MODERN_VERSION ? envelopeClient(request.params) : this.#client,
      signal,
      watched: this.#news.watchedBy(caller.principal),
      get dialogue() {
        return version === MODERN_VERSION
          ? roundsDialogue(request.params)
          : questions.dialogue(signal, caller.principal)
      },
      notify:
        isAlone && readProgressToken(request.params) !== undefined
          ? message => !signal.aborted && this.#tell(message)
          : undefined,
    }
  }

  /** Writes what may be left out; false where the client does not read. */
  #tell(message: string): boolean {
    if (this.#options.output.writableLength > MAX_UNREAD_BYTES) return false
    this.#write(message)
    return true
  }

  #refuse(thrown: unknown, requestId: string): PosternError {
    return asPosternError(thrown, requestId, this.#options.door.onUnexpected)
  }

  #renderError(error: PosternError, id?: MessageId): string {
    return renderError(error, id, this.#options.door.errorNames)
  }

  /** Who is calling now: what is told unasked is theirs to hear, or nobody's. */
  async #identify(): Promise<Principal> {
    return (await this.#options.authenticate()).principal
  }

  /** One message, one line. */
  #write(payload: Payload): void {
    const { output } = this.#options
    if (output.destroyed || output.writableEnded) return
    const pieces = typeof payload === 'string' ? [payload] : payload
    output.cork()
    for (const piece of pieces) output.write(oneLine(piece))
    output.write('\n')
    output.uncork()
  }
}

/** A client that lets this many bytes pile up does not read. */
const MAX_UNREAD_BYTES = 64 * 1024
