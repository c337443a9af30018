import type { PresentedRequest } from '../authenticate.ts'
import type { CancelSignal } from '../cancel-signal.ts'

/**
 * The same request as if its caller had gone away already: for such a one nobody is asked. What this process knows,
 * what the store holds and what a signature proves is still accepted; all else ends as `cancelled`.
 */
export function withoutQuestions({ headers, rawHeaders }: PresentedRequest): PresentedRequest {
  return { headers, rawHeaders, signal: GONE }
}

const GONE: CancelSignal = Object.freeze({
  aborted: true,
  addEventListener() {},
  removeEventListener() {},
})
