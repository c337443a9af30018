import { PosternError } from '../errors.ts'
import type { CancelSignal } from './cancel-signal.ts'

/**
 * Waits for work that goes on without its caller: who goes away gets `cancelled` at once, and the work, which
 * others may be waiting for, is left alone.
 */
export function orCancelled<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  if (signal.aborted) return Promise.reject(new PosternError('cancelled'))
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new PosternError('cancelled'))
    signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
