import { Pool } from 'undici'
import type { BenchRequest } from './mcp-request.ts'

const CONNECTIONS = 16
const REQUEST_LIMIT_MS = 10_000
const MOST_REQUESTS = 1_000_000

/** What one stretch of load saw. */
export interface LoadResult {
  readonly requests: number
  /** From the first request's start to the last answer's end. */
  readonly elapsedMs: number
  /** One per request, in milliseconds, ascending. */
  readonly latenciesMs: readonly number[]
}

/**
 * Sends one request over and over on 16 keep-alive connections, each with one request in flight (a closed
 * loop), for about `seconds`. All answers have arrived when it resolves. Every answer must have status 200 and
 * exactly the bytes of `expected`.
 *
 * @throws Error on the first answer that is different, and on a connection that fails.
 */
export async function load(
  url: string,
  request: BenchRequest,
  expected: Buffer,
  seconds: number,
): Promise<LoadResult> {
  const pool = new Pool(url, {
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: REQUEST_LIMIT_MS,
    bodyTimeout: REQUEST_LIMIT_MS,
  })
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
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, lane))
    const elapsedMs = performance.now() - start
    return { requests: latenciesMs.length, elapsedMs, latenciesMs: latenciesMs.sort((a, b) => a - b) }
  } finally {
    await pool.destroy()
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
