import type { Spending } from '../store/counter.ts'
import type { CompiledLimit } from './compile-limit.ts'

/** Response headers, by name. */
export type LimitHeaders = Readonly<Record<string, string>>

/**
 * `RateLimit-Policy` and `RateLimit` (IETF draft-ietf-httpapi-ratelimit-headers) of the limits that a call counts:
 * quota and window in seconds; what remains, and in how many seconds some of it comes back. Counts of what others
 * spend too are told like one's own.
 *
 * @param limits - in the order of the spending's balances
 */
export function rateLimitHeaders(limits: readonly CompiledLimit[], { balances }: Spending): LimitHeaders {
  const policies = limits.map(
    ({ name, allowance }) => `"${name}";q=${allowance.quota};w=${Math.ceil(allowance.window / 1_000)}`,
  )
  const states = limits.map(({ name }, index) => {
    const { remaining = 0, wait = 0, reset = 0 } = balances[index] ?? {}
    const milliseconds = wait > 0 && Number.isFinite(wait) ? wait : reset
    return `"${name}";r=${remaining};t=${Math.ceil(milliseconds / 1_000)}`
  })
  return { 'RateLimit-Policy': policies.join(', '), RateLimit: states.join(', ') }
}
