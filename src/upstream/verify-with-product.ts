import { PosternError } from '../errors.ts'
import { createUpstream, type Upstream } from './send.ts'

/** An API that can be asked whether a credential is good. */
export interface VerifyingApi {
  readonly name: string
  /** Origin and base path, without trailing slash. */
  readonly baseUrl: string
  /** Milliseconds. */
  readonly timeout: number
}

/** A question to the product, with the credential as presented. */
export interface VerifyRequest {
  /** Name of the API; undefined asks the first. */
  readonly api: string | undefined
  readonly method: string
  /** Path and query, without the base path; from the configuration. */
  readonly path: string
  /** The credential and what the configuration adds, lower-case names; sent to this API and nowhere else. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal
}

/** The product's answer; `body` is undefined where it is not JSON. */
export interface VerifyAnswer {
  readonly status: number
  readonly body: unknown
  /** The header Retry-After, as it came. */
  readonly retryAfter: string | undefined
}

/** Asks products about credentials. */
export interface VerifyWithProduct {
  /** @throws PosternError `upstream_unavailable` if no answer can be had; `cancelled`. */
  readonly verify: (request: VerifyRequest) => Promise<VerifyAnswer>
  readonly close: () => Promise<void>
}

/**
 * Connections of their own for verification, so that slow calls can't keep people from signing in. Answers are
 * at most 256 kB and come within the API's timeout or 10 s. A redirect is an answer and never followed: a
 * product that sends strangers to its login page must not thereby seem to accept them.
 */
export function createVerifyWithProduct(apis: readonly VerifyingApi[]): VerifyWithProduct {
  const products = new Map(apis.map(api => [api.name, connect(api)]))
  const [first] = products.values()

  async function verify({ api, method, path, headers, body, signal }: VerifyRequest): Promise<VerifyAnswer> {
    const product = api === undefined ? first : products.get(api)
    if (product === undefined) throw new PosternError('internal_error', { detail: `no API ${api} to ask` })
    const { origin, basePath, upstream } = product
    const request = { method, origin, path: basePath + path, headers: ACCEPT, body }
    try {
      const response = await upstream.send(request, {
        headers,
        signal: signal ?? NEVER,
        idempotent: IDEMPOTENT.has(method),
        followRedirects: false,
      })
      const wait = response.headers['retry-after']
      return {
        status: response.status,
        body: parseJson(response.body),
        retryAfter: Array.isArray(wait) ? wait[0] : wait,
      }
    } catch (error) {
      throw unavailable(error)
    }
  }

  return {
    verify,
    async close() {
      await Promise.all([...products.values()].map(product => product.upstream.close()))
    },
  }
}

const RESPONSE_LIMIT = 256 * 1024
const TIMEOUT = 10_000
const CONNECTIONS = 16
const ACCEPT = Object.freeze({ accept: 'application/json' })
/** RFC 9110 section 9.2.2: may be sent again where the connection broke before any answer. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE', 'QUERY'])
const NEVER = new AbortController().signal

function connect({ baseUrl, timeout }: VerifyingApi): {
  origin: string
  basePath: string
  upstream: Upstream
} {
  const url = new URL(baseUrl)
  const upstream = createUpstream({
    connections: CONNECTIONS,
    timeout: Math.min(timeout, TIMEOUT),
    responseLimit: RESPONSE_LIMIT,
  })
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, ''), upstream }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function unavailable(error: unknown): unknown {
  if (!(error instanceof PosternError) || !error.code.startsWith('upstream_')) return error
  return new PosternError('upstream_unavailable', { detail: error.detail ?? error.code, cause: error })
}
