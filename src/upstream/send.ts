import { type Dispatcher, Pool } from 'undici'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import { PosternError } from '../errors.ts'
import type { UpstreamRequest } from './build-request.ts'
import { Deadlines } from './deadlines.ts'
import {
  type Answer,
  type AnswerWatch,
  Exchange,
  type ExchangeFailure,
  type ExchangeListener,
} from './exchange.ts'
import { redirectTarget } from './redirect-target.ts'

/** How one API's backend is reached. */
export interface UpstreamOptions {
  /** Most connections kept per origin. */
  readonly connections: number
  /** Milliseconds for a whole call: queue, connection, redirects, one repetition, the last byte. */
  readonly timeout: number
  /** Largest body taken, in bytes. */
  readonly responseLimit: number
}

/** What belongs to one sending rather than to the request. */
export interface SendOptions {
  /** Credentials and other headers of ours, lower-case names; they replace the request's. */
  readonly headers: Readonly<Record<string, string>>
  /** Ends the call and closes its connection. */
  readonly signal: CancelSignal
  /** Whether the request may be repeated once when the connection broke before any answer. */
  readonly idempotent: boolean
  /** False hands a redirect back as the response, whatever the method. Default true. */
  readonly followRedirects?: boolean
  /** Looks on while the answer comes; each redirect and repetition is another answer. */
  readonly watch?: AnswerWatch | undefined
}

/** A backend's answer, complete. */
export interface UpstreamResponse {
  readonly status: number
  /** Lower-case names; a header that came more than once is an array. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Path and query that answered, after redirects. */
  readonly path: string
}

/** The connections to one API's backend. */
export interface Upstream {
  /**
   * Sends a request and collects the answer. Every status is an answer; redirects are followed for GET and HEAD
   * within the origin, at most three times.
   *
   * @throws PosternError `upstream_unreachable`, `upstream_timeout`, `upstream_too_large`,
   *   `upstream_redirect`, `cancelled`, `shutting_down`.
   */
  send(request: UpstreamRequest, options: SendOptions): Promise<UpstreamResponse>
  /** The pool of an origin, for the pass-through, which streams. */
  dispatcher(origin: string): Dispatcher
  /** Takes no more calls and resolves when the running ones have ended; they do, by their deadline. Repeatable. */
  close(): Promise<void>
}

/** Opens nothing yet; connections are made by the first calls. Proxy variables of the environment are ignored. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { timeout, responseLimit } = options
  const routes = new Map<string, Route>()
  const deadlines = new Deadlines()
  let closing: Promise<unknown> | undefined

  function routeTo(origin: string): Route {
    if (closing !== undefined) throw new PosternError('shutting_down')
    const known = routes.get(origin)
    if (known !== undefined) return known
    const route = { pool: new Pool(origin, poolOptions(options)), deadlines, timeout, responseLimit }
    routes.set(origin, route)
    return route
  }

  async function close(): Promise<void> {
    closing ??= Promise.all([...routes.values()].map(({ pool }) => pool.close()))
    await closing
  }

  return {
    send: (request, sending) =>
      new Promise((resolve, reject) => {
        new Sending(routeTo(request.origin), request, sending, { resolve, reject }).start()
      }),
    dispatcher: origin => routeTo(origin).pool,
    close,
  }
}

/** The way to one origin, and what holds on it. */
interface Route extends Pick<UpstreamOptions, 'timeout' | 'responseLimit'> {
  readonly pool: Pool
  readonly deadlines: Deadlines
}

/** Who waits for the answer. */
interface Waiter {
  readonly resolve: (response: UpstreamResponse) => void
  readonly reject: (error: unknown) => void
}

/**
 * One request on its way to its answer, through redirects and a repetition. An object that is told what happens, and not
 * an async function that waits for it, which would cost every call a promise and a suspended function more.
 */
class Sending implements ExchangeListener {
  readonly #route: Route
  readonly #request: UpstreamRequest
  readonly #options: SendOptions
  readonly #waiter: Waiter
  readonly #wire: WireRequest
  readonly #deadline: number
  #redirects = 0
  #repetitions: number

  constructor(route: Route, request: UpstreamRequest, options: SendOptions, waiter: Waiter) {
    this.#route = route
    this.#request = request
    this.#options = options
    this.#waiter = waiter
    this.#wire = wireRequest(request, options)
    this.#deadline = performance.now() + route.timeout
    this.#repetitions = options.idempotent ? 1 : 0
  }

  /** Sends it, for the first time or again. */
  start(): void {
    const { signal, watch } = this.#options
    const { pool, deadlines, responseLimit: limit } = this.#route
    try {
      // Also of a caller who has left since an answer that leads on came in.
      if (signal.aborted) throw new PosternError('cancelled')
      const options = { deadlines, deadline: this.#deadline, signal, limit, watch }
      pool.dispatch(this.#wire, new Exchange(options, this))
    } catch (error) {
      this.#waiter.reject(error)
    }
  }

  answered(answer: Answer): void {
    let target: string | undefined
    try {
      target = this.#targetOf(answer)
    } catch (error) {
      this.#waiter.reject(error)
      return
    }
    if (target === undefined) {
      const { status, headers, body } = answer
      this.#waiter.resolve({ status, headers, body, path: this.#wire.path })
      return
    }
    this.#wire.path = target
    this.start()
  }

  failed({ error, isRetriable }: ExchangeFailure): void {
    if (!isRetriable || this.#repetitions === 0) {
      this.#waiter.reject(error)
      return
    }
    this.#repetitions -= 1
    // Not before undici has finished with the connection that broke.
    queueMicrotask(() => this.start())
  }

  /** Where the answer leads on to. @throws PosternError `upstream_redirect` */
  #targetOf(answer: Answer): string | undefined {
    if (this.#options.followRedirects === false) return undefined
    const target = redirectTarget(this.#request, this.#wire.path, answer)
    if (target !== undefined && ++this.#redirects > MAX_REDIRECTS) {
      throw new PosternError('upstream_redirect', { detail: 'too many' })
    }
    return target
  }
}

function poolOptions({ connections, timeout }: UpstreamOptions): Pool.Options {
  return {
    connections,
    pipelining: 1,
    // The deadline covers both, with less work and to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADERS,
    connect: { timeout: Math.min(timeout, MAX_CONNECT) },
  }
}

/** A request as undici takes it. */
interface WireRequest {
  readonly method: UpstreamRequest['method']
  /** Changed by redirects. */
  path: string
  readonly headers: string[]
  readonly body: UpstreamRequest['body'] | null
}

function wireRequest(request: UpstreamRequest, { headers }: SendOptions): WireRequest {
  const { method, path, body = null } = request
  return { method, path, headers: wireHeaders(request.headers, headers), body }
}

type Headers = Readonly<Record<string, string>>

/** Credential → a plan's own headers → both as they are sent; nothing is kept longer than the credential is. */
const wired = new WeakMap<Headers, WeakMap<Headers, string[]>>()

/** Compressed answers are not asked for: they would cost a decompression and need limits of their own. */
function wireHeaders(own: Headers, credential: Headers): string[] {
  const known = wired.get(credential)?.get(own)
  if (known !== undefined) return known
  const wire = ['accept-encoding', 'identity']
  for (const name of Object.keys(own)) {
    if (!Object.hasOwn(credential, name) && name !== 'accept-encoding') wire.push(name, own[name] ?? '')
  }
  for (const name of Object.keys(credential)) wire.push(name, credential[name] ?? '')
  // What is frozen is the same call after call.
  if (Object.isFrozen(own) && Object.isFrozen(credential)) keepWired(own, credential, wire)
  return wire
}

function keepWired(own: Headers, credential: Headers, wire: string[]): void {
  const ofCredential = wired.get(credential) ?? new WeakMap<Headers, string[]>()
  wired.set(credential, ofCredential)
  ofCredential.set(own, wire)
}

const MAX_REDIRECTS = 3
const MAX_HEADERS = 32_768
const MAX_CONNECT = 10_000
