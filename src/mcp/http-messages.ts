import type { Authenticated, Principal } from '../auth/principal.ts'
import { type ErrorCode, PosternError } from '../errors.ts'
import { answerBatch } from './batch.ts'
import { readArguments, readToolName } from './call-tool-message.ts'
import { corsHeaders, type ResponseHeaders } from './cors.ts'
import { dispatch, prepare } from './dispatch.ts'
import type { HttpDoor } from './door.ts'
import { httpVersion } from './era.ts'
import { HttpContext } from './http-context.ts'
import { type RpcMessage, type RpcRequest, type RpcResponse, readId, readMessage } from './json-rpc.ts'
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
  readonly caller: Authenticated
  /** The revision, once it is known; errors before that are reported as the modern era does. */
  version: ProtocolVersion | undefined
}

/** A message that wants no answer, and one whose answer is a stream that has been opened. */
const NO_ANSWER = Symbol('no answer')
const STREAM = Symbol('stream')
type Answer = Payload | typeof NO_ANSWER | typeof STREAM

const ANSWERED = Promise.resolve()

/** What is wrong with a message itself. Clients ask for methods that are not there to find out, so those are none. */
const MALFORMED: ReadonlySet<ErrorCode> = new Set([
  'parse_error',
  'invalid_request',
  'invalid_params',
  'header_mismatch',
  'unsupported_protocol_version',
  'not_acceptable',
])

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
  answer(post: Post, body: Buffer): Promise<void> {
    try {
      const caller = this.#door.authenticate(post)
      if (!(caller instanceof Promise)) return this.#answerCaller(post, body, caller)
      return caller.then(
        known => this.#answerCaller(post, body, known),
        thrown => this.#refuseCaller(thrown, post),
      )
    } catch (thrown) {
      this.#refuseCaller(thrown, post)
      return ANSWERED
    }
  }

  /** Ends the open streams in good order. */
  close(): void {
    this.#streams.close()
    this.#door.questions?.live.close()
  }

  async #answerCaller(post: Post, body: Buffer, caller: Authenticated): Promise<void> {
    const exchange: Exchange = { post, caller, version: undefined }
    const cors = corsHeaders(post.headers.origin)
    let value: unknown
    try {
      value = parseJson(body)
      const pending = Array.isArray(value)
        ? this.#answerBatch(exchange, value)
        : this.#answerMessage(exchange, readMessage(value))
      const payload = pending instanceof Promise ? await pending : pending
      if (payload === NO_ANSWER) writeEmpty(post.response, 202, cors)
      else if (payload !== STREAM) writeResult(post, payload, cors)
    } catch (thrown) {
      const error = this.#refuseMessage(thrown, exchange)
      const text = renderError(error, readId(value), this.#door.errorNames)
      if (post.stream !== undefined) {
        post.stream.end(text)
        return
      }
      const status = errorStatus(error, exchange.version)
      writeAnswer(post.response, status, text, this.#errorHeaders(error, cors, caller.principal))
    }
  }

  #answerMessage(exchange: Exchange, message: RpcMessage): Answer | Promise<Answer> {
    const { post } = exchange
    const { headers } = post
    const versionHeader = singleHeader(headers['mcp-protocol-version'])
    if (message.kind === 'response') {
      if (versionHeader === MODERN_VERSION) {
        throw new PosternError('invalid_request', { message: 'Clients send no responses (2026-07-28).' })
      }
      return this.#takeResponse(message, exchange.caller.principal)
    }
    exchange.version = httpVersion(message, versionHeader)
    const isModern = exchange.version === MODERN_VERSION
    if (isModern) checkMethodHeader(message, headers)
    if (message.kind === 'notification') return NO_ANSWER
    if (isModern && message.method === 'subscriptions/listen') {
      checkStreamAccepted(headers)
      const { raw, response } = post
      this.#streams.open(message, exchange.caller.principal, raw, response, corsHeaders(headers.origin))
      return STREAM
    }
    if (isModern) this.#checkNamedHeaders(message, post)
    return this.#dispatch(exchange, exchange.version, message, true)
  }

  /** Mcp-Name, for the methods that name something (2026-07-28 basic/transports/streamable-http "Standard Headers"). */
  #checkNamedHeaders(message: RpcRequest, post: Post): void {
    const { method, params } = message
    const { resources, prompts } = this.#door.server
    if (method === 'tools/call') this.#checkCallHeaders(message, post)
    else if (method === 'resources/read' && resources !== undefined) checkNamed(params?.uri, post)
    else if (method === 'prompts/get' && prompts !== undefined) checkNamed(params?.name, post)
  }

  /** An answer to a question of ours; any other is taken and dropped. */
  async #takeResponse(response: RpcResponse, principal: Principal): Promise<Answer> {
    const delivery = await this.#door.questions?.live.deliver(response, principal)
    if (delivery !== 'foreign') return NO_ANSWER
    throw new PosternError('invalid_request', {
      message: 'There is no such question, it was asked of somebody else, or the answer is too long.',
    })
  }

  #checkCallHeaders(call: RpcRequest, { headers }: Post): void {
    const name = readToolName(call.params)
    checkNameHeader(name, headers)
    const tool = this.#door.server.byName.get(name)
    if (tool !== undefined) checkParamHeaders(tool, readArguments(call.params), headers)
  }

  async #answerBatch(exchange: Exchange, items: readonly unknown[]): Promise<Answer> {
    const { post } = exchange
    const versionHeader = singleHeader(post.headers['mcp-protocol-version'])
    if (versionHeader !== undefined && versionHeader !== BATCH_VERSION) {
      throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
    }
    const payload = await answerBatch(items, {
      answer: request => {
        const version = httpVersion(request, versionHeader)
        if (version === BATCH_VERSION) return this.#dispatch(exchange, version, request, false)
        throw new PosternError('invalid_request', { message: `Batches exist in ${BATCH_VERSION} only.` })
      },
      refuse: thrown => this.#refuseMessage(thrown, exchange),
      errorNames: this.#door.errorNames,
    })
    return payload ?? NO_ANSWER
  }

  #dispatch(
    exchange: Exchange,
    version: ProtocolVersion,
    request: RpcRequest,
    isAlone: boolean,
  ): Payload | Promise<Payload> {
    const context = new HttpContext(
      exchange.post,
      exchange.caller,
      version,
      request,
      isAlone,
      this.#door.questions,
    )
    return dispatch(request, context, this.#prepared)
  }

  #refuseCaller(thrown: unknown, post: Post): void {
    const error = asPosternError(thrown, post.id, this.#door.onUnexpected)
    this.#door.onRefused({
      error,
      stage: 'authentication',
      requestId: post.id,
      path: this.#door.server.path,
      remoteAddress: post.remoteAddress,
    })
    writeAnswer(
      post.response,
      error.status,
      renderError(error, undefined, this.#door.errorNames),
      this.#errorHeaders(error, corsHeaders(post.headers.origin)),
    )
  }

  /** A message that could not be understood is told to the audit; calls tell it themselves. */
  #refuseMessage(thrown: unknown, { post, caller: { principal } }: Exchange): PosternError {
    const error = asPosternError(thrown, post.id, this.#door.onUnexpected)
    if (MALFORMED.has(error.code)) {
      const { id: requestId, remoteAddress } = post
      const { path } = this.#door.server
      this.#door.onRefused({ error, stage: 'message', requestId, path, remoteAddress, principal })
    }
    return error
  }

  #errorHeaders(
    error: PosternError,
    cors: ResponseHeaders | undefined,
    principal?: Principal,
  ): ResponseHeaders {
    return { ...cors, ...this.#door.challenge(error, principal), ...error.headers }
  }
}

/** What is no text is refused by whoever answers the method. */
function checkNamed(value: unknown, { headers }: Post): void {
  if (typeof value === 'string') checkNameHeader(value, headers)
}

function writeResult({ stream, response }: Post, payload: Payload, cors: ResponseHeaders | undefined): void {
  if (stream === undefined) writeAnswer(response, 200, payload, cors)
  else stream.end(payload)
}

/** Node joins repeated headers of this name, so there is one value or none. */
function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}
