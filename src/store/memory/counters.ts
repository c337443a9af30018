import { PosternError } from '../../errors.ts'
import type { Charge, Spending } from '../counter.ts'
import { type CounterState, lifetime } from '../rules/assess-charge.ts'
import { settleCharges } from '../rules/settle-charges.ts'

/** Counters of one process. */
export interface MemoryCounters {
  spend(charges: readonly Charge[]): Spending
  /** How many are kept. */
  readonly size: number
}

/** What tests may put in place of the defaults. */
export interface MemoryCountersOptions {
  /** Milliseconds; must never go back. */
  readonly clock?: () => number
  /**
   * Most counters that are kept at a time, by default 200,000. Past that, what needs a new one is refused: forgetting
   * one would let its owner spend again.
   */
  readonly most?: number
}

/** How many counters are looked at, for those that are over, whenever one is made. */
const SWEPT = 4

/**
 * Counts in this process. Counters that are over are dropped little by little as new ones are made, so that there
 * are never many more than are in use.
 */
export function createMemoryCounters(options: MemoryCountersOptions = {}): MemoryCounters {
  const { clock = () => performance.now(), most = 200_000 } = options
  const counters = new Map<string, { readonly state: CounterState; readonly end: number }>()
  let sweeping = counters.entries()

  function sweep(now: number): void {
    for (let i = 0; i < SWEPT; i++) {
      const next = sweeping.next()
      if (next.done) {
        sweeping = counters.entries()
        return
      }
      const [key, { end }] = next.value
      if (end <= now) counters.delete(key)
    }
  }

  function makeRoom(fresh: number, now: number): void {
    for (let i = 0; i < fresh; i++) sweep(now)
    if (fresh === 0 || counters.size + fresh <= most) return
    throw new PosternError('store_unavailable', {
      detail: `there are ${counters.size} counters in memory already`,
      headers: { 'Retry-After': '1' },
    })
  }

  return {
    get size() {
      return counters.size
    },
    spend(charges) {
      const now = Math.floor(clock())
      const states = charges.map(({ key }) => counters.get(key)?.state ?? [])
      const { spending, writes } = settleCharges(charges, states, now)
      makeRoom(writes.filter(({ charge }) => !counters.has(charge.key)).length, now)
      for (const { charge, state } of writes) {
        counters.set(charge.key, { state, end: now + lifetime(state, charge.allowance) })
      }
      return spending
    },
  }
}
