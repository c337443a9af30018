import type { Allowance, Balance, Charge } from '../counter.ts'

/**
 * A counter as it is kept, all numbers. Of a sliding window what was spent and when, oldest first: `[time, amount,
 * time, amount, …]`. Of a bucket `[time, level]`, how full of spending it was then. Empty for one never used.
 */
export type CounterState = readonly number[]

/** What a charge would do to its counter. */
export interface Assessment {
  readonly fits: boolean
  /** The state with the charge counted. */
  readonly counted: CounterState
  /** The state without it, where it has to be kept although nothing is counted: the clock was set back. */
  readonly rebased: CounterState | undefined
  /** As things are after counting it if it fits, and before otherwise. */
  readonly balance: Balance
  /** As things are without it. */
  readonly untouched: Balance
}

/**
 * Spendings of one slot, a part of the window, are kept as one, as old as the youngest of them. So a window never
 * has more in it than its quota, and what was spent comes back at most a slot later: 1.7 % of the window.
 */
export const SLOTS = 60

/** What a level may be off by, as it is no whole number. */
export const TOLERANCE = 1e-9

/**
 * Judges one charge at the time `now`, in whole milliseconds. Pure; `redis/scripts/spend.ts` has the same in Lua.
 *
 * A clock that was set back gives nothing back: what was spent is taken to be as old as it was when the counter was
 * last written, and ages from there on.
 */
export function assessCharge(state: CounterState, charge: Charge, now: number): Assessment {
  return charge.allowance.burst === undefined
    ? assessWindow(state, charge.allowance, charge.amount, now)
    : assessBucket(state, charge.allowance, charge.allowance.burst, charge.amount, now)
}

/** Milliseconds after which a counter in this state is as one that was never used. */
export function lifetime(state: CounterState, { quota, window, burst }: Allowance): number {
  return burst === undefined ? window : Math.ceil(((state[1] ?? 0) * window) / quota)
}

function assessWindow(
  state: CounterState,
  { quota, window }: Allowance,
  amount: number,
  now: number,
): Assessment {
  const back = Math.max((state.at(-2) ?? now) - now, 0)
  const live: number[] = []
  let spent = 0
  for (let i = 0; i + 1 < state.length; i += 2) {
    const time = (state[i] ?? 0) - back
    const counted = state[i + 1] ?? 0
    if (time + window <= now) continue
    live.push(time, counted)
    spent += counted
  }
  const fits = spent + amount <= quota
  const oldest = live[0] ?? now
  const reset = oldest + window - now
  return {
    fits,
    counted: fits ? withSpending(live, amount, now, window) : live,
    rebased: back > 0 ? live : undefined,
    untouched: { remaining: Math.max(quota - spent, 0), wait: 0, reset },
    balance: fits
      ? { remaining: quota - spent - amount, wait: 0, reset }
      : {
          remaining: Math.max(quota - spent, 0),
          wait:
            amount > quota ? Number.POSITIVE_INFINITY : untilFree(live, spent + amount - quota, now - window),
          reset,
        },
  }
}

function withSpending(live: readonly number[], amount: number, now: number, window: number): CounterState {
  const slot = (time: number) => Math.floor((time * SLOTS) / window)
  const last = live.at(-2)
  if (last === undefined || slot(last) !== slot(now)) return [...live, now, amount]
  return [...live.slice(0, -2), now, (live.at(-1) ?? 0) + amount]
}

/** How long until the oldest spendings that make up `excess` have left the window. */
function untilFree(live: readonly number[], excess: number, start: number): number {
  let freed = 0
  for (let i = 0; i + 1 < live.length; i += 2) {
    freed += live[i + 1] ?? 0
    if (freed >= excess) return (live[i] ?? 0) - start
  }
  return Number.POSITIVE_INFINITY
}

function assessBucket(
  state: CounterState,
  { quota, window }: Allowance,
  burst: number,
  amount: number,
  now: number,
): Assessment {
  const [time = now, before = 0] = state
  const elapsed = Math.max(now - time, 0)
  const level = Math.max(before - (elapsed * quota) / window, 0)
  const after = level + amount
  const fits = after <= burst + TOLERANCE
  const untilEmpty = (full: number) => Math.max(Math.ceil(((full - TOLERANCE) * window) / quota), 0)
  const remaining = (full: number) => Math.max(Math.floor(burst - full + TOLERANCE), 0)
  const wait = amount > burst ? Number.POSITIVE_INFINITY : untilEmpty(after - burst)
  return {
    fits,
    counted: [now, after],
    rebased: now < time ? [now, level] : undefined,
    untouched: { remaining: remaining(level), wait: 0, reset: untilEmpty(level) },
    balance: fits
      ? { remaining: remaining(after), wait: 0, reset: untilEmpty(after) }
      : { remaining: remaining(level), wait, reset: untilEmpty(level) },
  }
}
