import type { Charge, Spending } from '../counter.ts'
import { assessCharge, type CounterState } from './assess-charge.ts'

/** What is to be kept of a counter from now on. */
export interface CounterWrite {
  readonly charge: Charge
  readonly state: CounterState
}

/**
 * Judges charges that stand and fall together, and says what to write for it. Pure.
 *
 * @param states - of the charges' counters, in their order
 * @param now - milliseconds, whole
 */
export function settleCharges(
  charges: readonly Charge[],
  states: readonly CounterState[],
  now: number,
): { readonly spending: Spending; readonly writes: readonly CounterWrite[] } {
  const assessed = charges.map((charge, index) => ({
    charge,
    ...assessCharge(states[index] ?? [], charge, now),
  }))
  const allowed = assessed.every(({ fits }) => fits)
  return {
    spending: {
      allowed,
      balances: assessed.map(({ fits, balance, untouched }) => (allowed || !fits ? balance : untouched)),
    },
    writes: assessed.flatMap(({ charge, counted, rebased }) => {
      const state = allowed ? counted : rebased
      return state === undefined ? [] : { charge, state }
    }),
  }
}
