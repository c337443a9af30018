import type { Authenticated } from '../auth/principal.ts'
import { PosternError } from '../errors.ts'
import { answerBatch } from './batch.ts'
import { readArguments, readToolName } from './call-tool-message.ts'
import { corsHeaders, type ResponseHeaders } from './cors.ts'
import { dispatch, prepare } from './dispatch.ts'
import type { HttpDoor } from './door.ts'
import { httpVersion } from './era.ts'
import { HttpContext } from './http-context.ts'
import { type RpcMessage, type RpcRequest, readId, readMessage } from './json-rpc.ts'
import { ListenStreams } from './listen-streams.ts'
import { checkStreamAccepted } from './media-types.ts'
import type { Prepared } from './message-context.ts'
import { checkParamHeaders } from './param-headers.ts'
import { parseJson } from './parse-json.ts'
import type { Payload } from './payload.ts'
import type { Post } from './post.ts'
import { asPosternError, errorStatus, renderError } from './render-error.ts'
import { checkMethodHeader, checkNameHeader } from './request-headers.ts'
import { BATCH_VERSION, MODERN_VERSION, type ProtocolVersion } from './versions.ts'
import { writeAnswer, writeEmpty } from './write-answer.ts'

/** One POST on its way through the steps below. */
interface Exchange {
  readonly post: Post
  readonly cors: ResponseHeaders | undefined
  readonly caller: Authenticated
  /** The revision, once it is known; errors before that are reported as the modern era does. */
  version: ProtocolVersion | undefined
}

/** Answers the messages that are posted to one door. */
export class HttpMessages {
  readonly #door: HttpDoor
  readonly #prepared: Prepared
  readonly #streams: ListenStreams

  constructor(door: HttpDoor, keepAlive: number) {
    this.#door = door
    this.#prepared = prepare(door)
    this.#streams = new ListenStreams(door, keepAlive)
  }

  /** Answers one POST whose body has been read; settles when the answer is written, and never rejects. */
  async answer(post: Post, body: Buffer): Promise<void> {
    const cors = corsHeaders(post.headers.origin)
    let caller: Authenticated
    try {
      const authenticated = this.#door.authenticate(post)
      caller = authenticated instanceof Promise ? await authenticated : authenticated
    } catch (thrown) {
      this.#refuseCaller(thrown, post, cors)
      return
    }
    const exchange: Exchange = { post, cors, caller, version: undefined }
    let value: unknown
    try {
      value = parseJson(body)
      if (Array.isArray(value)) await this.#answerBatch(exchange, value)
      else await this.#answerMessage(exchange, readMessage(value))
    } catch (thrown) {
      const error = asPosternError(thrown, post.id, this.#door.onUnexpected)
      const status = errorStatus(error, exchange.version)
      writeAnswer(post.response, status, renderError(error, readId(value)), this.#errorHeaders(error, cors))
    }
  }

  /** Ends the open streams in good order. */
  close(): void {
    this.#streams.close()
  }

  async #answerMessage(exchange: Exchange, message: RpcMessage): Promise<void> {
    const { post, cors } = exchange
    const { response, headers } = post
    const versionHeader = singleHeader(headers['mcp-protocol-version'])
    if (message.kind === 'response') {
      if (versionHeader === MODERN_VERSION) {
        throw new PosternError('invalid_request', { message: 'Clients send no responses (2026-07-28).' })
      }
      writeEmpty(response, 202, cors)
      return
    }
    exchange.version = httpVersion(message, versionHeader)
    if (exchange.version === MODERN_VERSION) checkMethodHeader(message, headers)
    if (message.kind === 'notification') {
      writeEmpty(response, 202, cors)
      return
    }
    const isModern = exchange.version === MODERN_VERSION
    if (isModern && message.method === 'subscriptions/listen') {
      checkStreamAccepted(headers)
      this.#streams.open(message, exchange.caller.principal, post.raw, response, cors)
      return
    }
    if (isModern && message.method === 'tools/call') {
      this.#checkCallHeaders(message, post)
    }
    const payload = await this.#dispatch(exchange, exchange.version, message)
    writeAnswer(response, 200, payload, cors)
  }

  #checkCallHeaders(call: RpcRequest, { headers }: Post): void {
    const name = readToolName(call.params)
    checkNameHeader(name, headers)
    const tool = this.#door.server.byName.get(name)
    if (tool !== undefined) checkParamHeaders(tool, readArguments(call.params), headers)
  }

  async #answerBatch(exchange: Exchange, items: readonly unknown[]): Promise<void> {
    const { post, cors } = exchange
    const versionHeader = singleHeader(post.headers['mcp-protocol-version'])
    if (versionHeader !== undefined && versionHeader !== BATCH_VERSION) {
      throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
    }
    const payload = await answerBatch(items, {
      answer: request => {
        const version = httpVersion(request, versionHeader)
        if (version === BATCH_VERSION) return this.#dispatch(exchange, version, request)
        throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
      },
      refuse: thrown => asPosternError(thrown, post.id, this.#door.onUnexpected),
    })
    if (payload === undefined) writeEmpty(post.response, 202, cors)
    else writeAnswer(post.response, 200, payload, cors)
  }

  #dispatch(exchange: Exchange, version: ProtocolVersion, request: RpcRequest): Payload | Promise<Payload> {
    const context = new HttpContext(exchange.post, exchange.caller, version, request)
    return dispatch(request, context, this.#prepared)
  }

  #refuseCaller(thrown: unknown, post: Post, cors: ResponseHeaders | undefined): void {
    const error = asPosternError(thrown, post.id, this.#door.onUnexpected)
    this.#door.onRefused({
      error,
      stage: 'authentication',
      requestId: post.id,
      path: this.#door.server.path,
      remoteAddress: post.remoteAddress,
    })
    writeAnswer(post.response, error.status, renderError(error), this.#errorHeaders(error, cors))
  }

  #errorHeaders(error: PosternError, cors: ResponseHeaders | undefined): ResponseHeaders {
    return { ...cors, ...this.#door.challenge(error), ...error.headers }
  }
}

/** Node joins repeated headers of this name, so there is one value or none. */
function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
