import { PosternError } from '../errors.ts'
import type { Charge, Spending } from '../store/counter.ts'
import type { CompiledLimit } from './compile-limit.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'

/**
 * `rate_limited` or `budget_exceeded`: which limit it was, and in how many seconds the call fits. Of several, the one
 * that takes longest, as a call that comes sooner is refused again. With Retry-After and the RateLimit headers.
 *
 * @param limits - in the order of the charges and of the balances of the spending that was not allowed
 */
export function limitError(
  limits: readonly CompiledLimit[],
  charges: readonly Charge[],
  spending: Spending,
): PosternError {
  const waits = spending.balances.map(({ wait }) => wait)
  const index = waits.indexOf(Math.max(...waits))
  const [limit, charge, balance] = [limits[index], charges[index], spending.balances[index]]
  if (limit === undefined || charge === undefined || balance === undefined) {
    throw new Error('a refusal without a limit')
  }
  const seconds = Number.isFinite(balance.wait) ? Math.max(Math.ceil(balance.wait / 1_000), 1) : undefined
  const headers = rateLimitHeaders(limits, spending)
  return new PosternError(limit.kind === 'rate' ? 'rate_limited' : 'budget_exceeded', {
    message: `${reason(limit, charge.amount, balance.remaining)} Nothing was done. ${advice(seconds)}`,
    data: { limit: limit.name, ...(seconds !== undefined && { retryAfter: seconds }) },
    headers: seconds === undefined ? headers : { ...headers, 'Retry-After': String(seconds) },
  })
}

function reason({ kind, description }: CompiledLimit, amount: number, remaining: number): string {
  if (kind === 'rate') return `Too many calls: at most ${description} are let through.`
  const cost = amount === 1 && remaining === 0 ? '' : ` This call costs ${amount}, and ${remaining} is left.`
  return `The budget is used up: at most ${description} are let through.${cost}`
}

function advice(seconds: number | undefined): string {
  if (seconds === undefined) {
    return 'It will never fit; calling again is no use. Ask the administrator.'
  }
  const clock = seconds < 120 ? '' : ` (${inWords(seconds)})`
  return `Call again in ${seconds} second${seconds === 1 ? '' : 's'}${clock}, not sooner.`
}

/** `5 minutes`, `3 hours 20 minutes`; rounded up. */
function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [hours === 0 ? [] : count(hours, 'hour'), rest === 0 ? [] : count(rest, 'minute')]
  return parts.flat().join(' ')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
