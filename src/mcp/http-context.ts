import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Authenticated } from '../auth/principal.ts'
import { PosternError } from '../errors.ts'
import { envelopeClient } from './envelope.ts'
import type { RpcRequest } from './json-rpc.ts'
import type { MessageContext } from './message-context.ts'
import { MODERN_VERSION, type ProtocolVersion } from './versions.ts'

/** What is known about a request that came over HTTP. Reads on demand what only calls need. */
export class HttpContext implements MessageContext {
  readonly caller: Authenticated
  readonly version: ProtocolVersion
  readonly #http: FastifyRequest
  readonly #response: ServerResponse
  readonly #request: RpcRequest
  #signal: AbortSignal | undefined

  constructor(
    http: FastifyRequest,
    response: ServerResponse,
    caller: Authenticated,
    version: ProtocolVersion,
    request: RpcRequest,
  ) {
    this.#http = http
    this.#response = response
    this.caller = caller
    this.version = version
    this.#request = request
  }

  get requestId(): string {
    return this.#http.id
  }

  get remoteAddress(): string | undefined {
    return this.#http.ip
  }

  /** `clientInfo` in the modern era. The legacy one says it at `initialize` only; User-Agent is what is left. */
  get client(): string | undefined {
    return this.version === MODERN_VERSION
      ? envelopeClient(this.#request.params)
      : this.#http.headers['user-agent']?.slice(0, 200)
  }

  get signal(): AbortSignal {
    this.#signal ??= signalOf(this.#response)
    return this.#signal
  }
}

/** A signal that aborts when the connection ends before the answer is written. */
function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    if (!response.writableFinished) controller.abort(new PosternError('cancelled'))
  }
  if (response.destroyed) abort()
  else response.once('close', abort)
  return controller.signal
}
