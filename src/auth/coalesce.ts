import { PosternError } from '../errors.ts'
import type { CancelSignal } from './cancel-signal.ts'

/** Runs the same work once for all who want it at the same time. */
export interface Coalescer<T> {
  /**
   * Joins the running work of this key, or starts it.
   *
   * A caller who goes away (`signal`) gets `cancelled` at once and disturbs nobody; the work itself is
   * aborted only when everyone who waited for it has gone.
   */
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal: CancelSignal | undefined): Promise<T>
}

interface Flight<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

/**
 * Makes a coalescer for at most `limit` different keys at a time; beyond it `run` rejects with
 * `upstream_unavailable`, so that a flood of made-up credentials can't become a flood of questions.
 */
export function createCoalescer<T>(limit: number): Coalescer<T> {
  const flights = new Map<string, Flight<T>>()

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const result = work(controller.signal)
    const flight: Flight<T> = { result, controller, waiting: 0 }
    flights.set(key, flight)
    const end = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    result.then(end, end)
    return flight
  }

  function leave(key: string, flight: Flight<T>): void {
    flight.waiting--
    if (flight.waiting > 0) return
    if (flights.get(key) === flight) flights.delete(key)
    flight.controller.abort()
  }

  return {
    async run(key, work, signal) {
      if (signal?.aborted) throw new PosternError('cancelled')
      let flight = flights.get(key)
      if (flight === undefined) {
        if (flights.size >= limit) {
          throw new PosternError('upstream_unavailable', {
            detail: `more than ${limit} verifications at a time`,
            headers: { 'Retry-After': '1' },
          })
        }
        flight = start(key, work)
      }
      flight.waiting++
      return waitFor(flight, signal, leave.bind(undefined, key, flight))
    },
  }
}

function waitFor<T>(flight: Flight<T>, signal: CancelSignal | undefined, leave: () => void): Promise<T> {
  if (signal === undefined) return flight.result
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(new PosternError('cancelled'))
      leave()
    }
    signal.addEventListener('abort', onAbort)
    flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
