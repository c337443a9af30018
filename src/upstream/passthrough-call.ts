import type { FastifyRequest } from 'fastify'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import { Cancellation } from '../auth/cancellation.ts'
import type { Authenticated, Principal } from '../auth/principal.ts'
import type { MatchOperation } from '../catalogue/paths/match-operation.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { ErrorNames } from '../config/error-names.ts'
import { ERRORS, type ErrorCode, PosternError } from '../errors.ts'
import type { Limits } from '../limits/create-limits.ts'
import type { LimitHeaders } from '../limits/rate-limit-headers.ts'
import type { Access } from '../mcp/access.ts'
import { type ClientAddress, peerAddress } from '../mcp/client-address.ts'
import type { PresentedRequest } from '../mcp/door.ts'
import type { Decision } from '../policy/decide.ts'
import type { Tenant } from '../policy/tenants.ts'
import type { UpstreamCredentials } from './credentials.ts'
import type { OutgoingCall } from './passthrough-pool.ts'
import type { Upstream } from './send.ts'

/** What one configuration has to say about a request. */
export interface PassthroughRules {
  /** Limits of the API. */
  readonly limits: () => { readonly timeout: number; readonly responseLimit: number }
  /** Finds the operation of the API. */
  readonly match: MatchOperation
  readonly access: Access
  readonly authenticate: (
    request: PresentedRequest & { readonly signal: CancelSignal },
  ) => Authenticated | Promise<Authenticated>
  readonly decide: (principal: Principal, tool: Tool) => Decision
  /** What the path says (argument name → decoded text) as it may be put on record; default: nothing. */
  readonly redact?: ((pathArguments: ReadonlyMap<string, string>, tool: Tool) => unknown) | undefined
  /** What requests are counted against; undefined where no limits are configured. */
  readonly callLimits?: () => Limits | undefined
  readonly credentials: (
    caller: Authenticated,
    tool: Tool,
    signal: CancelSignal,
  ) => UpstreamCredentials | Promise<UpstreamCredentials>
  readonly upstream: (tool: Tool) => Upstream
  /** As for tool calls, see `call-tool.ts`. Throws where the caller is of no tenant. */
  readonly tenant?: ((principal: Principal, tool: Tool) => Tenant | undefined) | undefined
  /**
   * Canonical names of all headers in which callers sign in here or calls sign in at the API; none reaches the backend
   * as the client sent it.
   */
  readonly credentialHeaders: ReadonlySet<string>
  /** What the product calls errors. */
  readonly errorNames?: ErrorNames | undefined
}

/** What the pass-through needs from the other rooms. */
export interface PassthroughOptions extends PassthroughRules {
  /** Where the REST API is served, `/api`; `/` for the root. */
  readonly path: string
  /** Largest request body, in bytes. */
  readonly requestLimit: number
  /**
   * The rules in force, asked once for every request: all that is asked about it then is asked of the same, so that no
   * credential of one configuration is sent to a backend of another. Default: these.
   */
  readonly inForce?: () => PassthroughRules
  /** Tells where a request comes from; default: its peer's address. */
  readonly clientAddress?: ClientAddress
  /** Response headers that an error needs besides its own, such as WWW-Authenticate. */
  readonly challenge: (error: PosternError) => Readonly<Record<string, string>>
  /** Throws while no request may be made since none could be put on record; undefined where they go on all the same. */
  readonly refuseUnrecorded?: (() => void) | undefined
  /** Told of every request when it has ended, refused ones included. */
  readonly onCall: (record: PassthroughRecord) => void
}

/** One request through the pass-through, for the audit. */
export interface PassthroughRecord {
  readonly requestId: string
  readonly outcome: 'ok' | 'error' | 'denied'
  readonly code: ErrorCode | undefined
  readonly shownCode?: string | undefined
  readonly tool: string | undefined
  readonly tier: string | undefined
  readonly tenant: string | undefined
  readonly missingScopes: readonly string[] | undefined
  readonly principal: Principal | undefined
  /** What the path said, redacted; neither the query nor the body. */
  readonly arguments: unknown
  readonly upstreamStatus: number | undefined
  readonly client: string | undefined
  readonly remoteAddress: string | undefined
  readonly durationMs: number
}

/** What was admitted: everything that is sent but for the body. */
export interface Admitted {
  readonly tool: Tool
  readonly dispatcher: OutgoingCall['dispatcher']
  /** Origin and base path of the backend. */
  readonly baseUrl: string
  /** Name of the tenant whose backend that is; undefined where there is one for everybody. */
  readonly tenant: string | undefined
  /** With the base path. */
  readonly path: string
  /** Without `?`. */
  readonly query: string
  /** Without those that describe a body. */
  readonly headers: (hasBody: boolean) => Record<string, string>
  readonly credentials: UpstreamCredentials
  readonly timeout: number
  readonly responseLimit: number
}

/** One request on its way through the pass-through. */
export class PassthroughCall {
  readonly request: FastifyRequest
  caller: Authenticated | undefined
  tool: Tool | undefined
  /** What the path says, as it may be put on record. */
  arguments: unknown
  admitted: Admitted | undefined
  failure: PosternError | undefined
  /** What the client was shown for it, where the product has another code. */
  shownCode: string | undefined
  /** How much of the limits is left, for the answer. */
  limitHeaders: LimitHeaders | undefined
  upstreamStatus: number | undefined
  readonly #start = performance.now()
  readonly #cancellation = new Cancellation()
  #timer: NodeJS.Timeout | undefined

  /** The client's address; undefined where its peer is gone. */
  readonly remoteAddress: string | undefined
  /** The port it came to, as long as it was there: a client may leave before its turn. */
  readonly localPort: number | undefined

  constructor(request: FastifyRequest, clientAddress: ClientAddress = peerAddress) {
    this.request = request
    this.remoteAddress = clientAddress(request.raw)
    this.localPort = request.socket.localPort
  }

  /** Aborted when the client goes away or the time is up. */
  get signal(): CancelSignal {
    return this.#cancellation
  }

  /** The request for the pool; the time starts to run. */
  outgoing(admitted: Admitted, hasBody: boolean): OutgoingCall {
    const { dispatcher, path, query, timeout, responseLimit } = admitted
    const expire = () => this.#cancellation.abort(new PosternError('upstream_timeout'))
    // Who has left already has nobody to clear it.
    if (!this.#cancellation.aborted) this.#timer = setTimeout(expire, timeout)
    return {
      dispatcher,
      path: query === '' ? path : `${path}?${query}`,
      headers: admitted.headers(hasBody),
      signal: this.#cancellation,
      responseLimit,
    }
  }

  /** The response is out, or the client has gone away. */
  end(isComplete: boolean): void {
    clearTimeout(this.#timer)
    if (isComplete) return
    const { reason } = this.#cancellation
    this.failure ??= reason instanceof PosternError ? reason : new PosternError('cancelled')
    this.#cancellation.abort(this.failure)
  }

  record(): PassthroughRecord {
    const { failure, request, tool } = this
    const missing = failure?.data?.missingScopes
    return {
      requestId: request.id,
      outcome: this.#outcome(),
      code: failure?.code,
      shownCode: this.shownCode,
      tool: tool?.name,
      tier: tool?.tier,
      tenant: this.admitted?.tenant,
      missingScopes: Array.isArray(missing) ? missing : undefined,
      principal: this.caller?.principal,
      arguments: this.arguments,
      upstreamStatus: this.upstreamStatus,
      client: request.headers['user-agent']?.slice(0, 128),
      remoteAddress: this.remoteAddress,
      durationMs: performance.now() - this.#start,
    }
  }

  #outcome(): PassthroughRecord['outcome'] {
    if (this.failure === undefined) return (this.upstreamStatus ?? 500) < 400 ? 'ok' : 'error'
    const { status } = ERRORS[this.failure.code]
    return status === 401 || status === 403 || status === 429 ? 'denied' : 'error'
  }
}
