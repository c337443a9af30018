import type { Balance, Charge, Spending } from './counter.ts'
import type { StoreKeys } from './keys.ts'
import { SPEND } from './redis-spend-script.ts'
import type { RunScript } from './run-script.ts'

/** Counters that all gateways share. */
export interface RedisCounters {
  /** Rejects with what ioredis rejects with. */
  spend(charges: readonly Charge[]): Promise<Spending>
}

/**
 * Counts in Redis, one round trip and one script for all charges of a call: nobody sees one of them counted and
 * another not, and no two calls are given the same room. All counters of an installation are in one slot of a Cluster.
 *
 * @param clock - milliseconds; left out, the server's own clock, so that those of the gateways don't matter
 */
export function createRedisCounters(
  run: RunScript,
  keys: Pick<StoreKeys, 'counter'>,
  clock?: () => number,
): RedisCounters {
  return {
    async spend(charges) {
      const names = charges.map(({ key }) => keys.counter(key))
      const values: (string | number)[] = [clock?.() ?? '']
      for (const { allowance, amount } of charges) {
        values.push(amount, allowance.quota, allowance.window, allowance.burst ?? 0)
      }
      return toSpending(await run(SPEND, names, values), charges.length)
    },
  }
}

function toSpending(answer: unknown, count: number): Spending {
  const numbers: readonly unknown[] = Array.isArray(answer) ? answer : []
  if (numbers.length !== 1 + 3 * count || !numbers.every(isInteger)) {
    throw new Error('the counters did not answer as asked')
  }
  const [allowed, ...rest] = numbers
  const balances: Balance[] = []
  for (let i = 0; i < rest.length; i += 3) {
    const [remaining = 0, wait = 0, reset = 0] = rest.slice(i, i + 3)
    balances.push({ remaining, wait: wait < 0 ? Number.POSITIVE_INFINITY : wait, reset })
  }
  return { allowed: allowed === 1, balances }
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}
