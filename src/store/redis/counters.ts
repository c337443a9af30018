import { PosternError } from '../../errors.ts'
import type { Balance, Charge, Spending } from '../counter.ts'
import type { StoreKeys } from '../keys.ts'
import type { RunScript } from './run-script.ts'
import { SPEND } from './scripts/spend.ts'

/** What {@link createRedisCounters} needs. */
export interface RedisCountersOptions {
  readonly run: RunScript
  readonly keys: Pick<StoreKeys, 'counter'>
  /** Surrounds every question. */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T>
  /** Milliseconds; left out, the server's own clock, so that those of the gateways don't matter. */
  readonly clock?: (() => number) | undefined
}

/** Counters that all gateways share. */
export interface RedisCounters {
  /** Rejects with what `ask` rejects with. */
  spend(charges: readonly Charge[]): Promise<Spending>
}

/** One call that waits to be counted. */
interface Waiting extends PromiseWithResolvers<Spending> {
  readonly charges: readonly Charge[]
}

/** Calls that one script counts, so that it does not hold up the server for long. */
const MOST_CALLS = 100

/**
 * Counts in Redis. All charges of a call are counted by one script, or none: nobody sees one of them counted and
 * another not, and no two calls are given the same room. Calls of one turn of the event loop share a round trip and are
 * counted one after the other.
 */
export function createRedisCounters({ run, keys, ask, clock }: RedisCountersOptions): RedisCounters {
  let waiting: Waiting[] = []

  function send(): void {
    const all = waiting
    waiting = []
    for (let i = 0; i < all.length; i += MOST_CALLS) void count(all.slice(i, i + MOST_CALLS))
  }

  async function count(calls: readonly Waiting[]): Promise<void> {
    const names: string[] = []
    const values: (string | number)[] = [clock?.() ?? '', calls.length]
    for (const { charges } of calls) {
      values.push(charges.length)
      for (const { key, allowance, amount } of charges) {
        names.push(keys.counter(key))
        values.push(amount, allowance.quota, allowance.window, allowance.burst ?? 0)
      }
    }
    try {
      const spendings = readSpendings(await ask(() => run(SPEND, names, values)), calls)
      for (const [i, { resolve }] of calls.entries()) resolve(at(spendings, i))
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }

  return {
    spend(charges) {
      const call = { charges, ...Promise.withResolvers<Spending>() }
      if (waiting.push(call) === 1) setImmediate(send)
      return call.promise
    },
  }
}

/** @throws Error if the script did not answer as asked: nothing is guessed, and nothing let through */
function readSpendings(answer: unknown, calls: readonly Waiting[]): readonly Spending[] {
  const numbers: readonly unknown[] = Array.isArray(answer) ? answer : []
  const expected = calls.reduce((sum, { charges }) => sum + 1 + 3 * charges.length, 0)
  if (numbers.length !== expected || !numbers.every(isInteger)) {
    throw new PosternError('store_unavailable', { detail: 'the counters did not answer as asked' })
  }
  let next = 0
  return calls.map(({ charges }): Spending => {
    const allowed = at(numbers, next++) === 1
    const balances = charges.map((): Balance => {
      const [remaining, wait, reset] = [at(numbers, next), at(numbers, next + 1), at(numbers, next + 2)]
      next += 3
      return { remaining, wait: wait < 0 ? Number.POSITIVE_INFINITY : wait, reset }
    })
    return { allowed, balances }
  })
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index]
  if (value === undefined) throw new Error(`nothing at position ${index}`)
  return value
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}
