import { Pool } from 'undici'
import type { FirstExchange } from './first-exchange.ts'
import type { BenchRequest } from './mcp-request.ts'

const CONNECTIONS = 16
const REQUEST_LIMIT_MS = 10_000
const MOST_REQUESTS = 1_000_000

/** What one stretch of load saw. */
export interface LoadResult {
  readonly requests: number
  /** From the first request's start to the last answer's end. */
  readonly elapsedMs: number
  /** One per request, in milliseconds. */
  readonly latenciesMs: readonly number[]
}

/** A request that is sent over and over on connections of its own; see {@link openLoad}. */
export interface Load {
  /**
   * Sends for about so many seconds, each connection the next request as soon as the answer is there (a closed loop). All
   * answers have arrived when it resolves.
   *
   * @throws Error on the first answer that is different, and on a connection that fails.
   */
  run(seconds: number): Promise<LoadResult>
  close(): Promise<void>
}

/**
 * Prepares load on 16 keep-alive connections, which stay open from one run to the next. Every answer must have status
 * 200 and exactly the bytes that are expected.
 */
export function openLoad(url: string, { request, expected }: FirstExchange): Load {
  const pool = new Pool(url, {
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: REQUEST_LIMIT_MS,
    bodyTimeout: REQUEST_LIMIT_MS,
  })
  return {
    async run(seconds) {
      const latenciesMs: number[] = []
      const start = performance.now()
      const end = start + seconds * 1_000
      const lane = async () => {
        for (let now = performance.now(); now < end && latenciesMs.length < MOST_REQUESTS; ) {
          await exchange(pool, request, expected)
          const done = performance.now()
          latenciesMs.push(done - now)
          now = done
        }
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, lane))
      return { requests: latenciesMs.length, elapsedMs: performance.now() - start, latenciesMs }
    },
    close: () => pool.destroy(),
  }
}

/** Compares the answer chunk by chunk with what is expected, so that a large one is never put together. */
function exchange(pool: Pool, request: BenchRequest, expected: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let offset = 0
    let status = 0
    let same = true
    pool.dispatch(
      { method: request.method, path: request.path, headers: request.headers, body: request.body ?? null },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          const end = offset + chunk.length
          same &&= end <= expected.length && expected.compare(chunk, 0, chunk.length, offset, end) === 0
          offset = end
        },
        onResponseEnd() {
          if (status === 200 && same && offset === expected.length) resolve()
          else reject(new Error(`an answer was different: status ${status}, ${offset} bytes`))
        },
        onResponseError(_controller, error) {
          reject(error)
        },
      },
    )
  })
}
