/** Random sequences of charges, in every store the same and within what a plain log of all spendings allows. */

import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Charge, Spending } from '../../src/store/counter.ts'
import { createMemoryCounters } from '../../src/store/memory/counters.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import { openSqliteCounters } from '../../src/store/sqlite/counters.ts'
import { startRedis, withoutRedis } from './start-redis.ts'

const WINDOW = 60_000
const START = 1_700_000_000_000
/** Nothing is counted longer than the window and one slot of it. */
const SLOT = WINDOW / 60

/** What is counted against what; the same in all sequences, so that sequences stay short and find something. */
const COUNTERS: readonly Omit<Charge, 'amount'>[] = [
  { key: 'few', allowance: { quota: 3, window: WINDOW, burst: undefined } },
  { key: 'many', allowance: { quota: 40, window: WINDOW, burst: undefined } },
  { key: 'pail', allowance: { quota: 20, window: WINDOW, burst: 4 } },
]

interface Step {
  /** Milliseconds since the step before. */
  readonly after: number
  /** What is spent of each counter, 0 for none. */
  readonly amounts: readonly number[]
}

const steps = fc.array(
  fc.record({
    after: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 500 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW) },
    ),
    amounts: fc
      .tuple(
        fc.constantFrom(0, 0, 1, 2),
        fc.constantFrom(0, 1, 1, 1, 3, 10, 41),
        fc.constantFrom(0, 0, 1, 1, 2, 5),
      )
      .filter(amounts => amounts.some(amount => amount > 0)),
  }),
  { minLength: 1, maxLength: 120 },
)

type Spend = (charges: readonly Charge[]) => Spending | Promise<Spending>

/** Plays the steps; the clock is moved by the caller's object. */
async function play(sequence: readonly Step[], clock: { now: number }, name: string, spend: Spend) {
  clock.now = START
  const answers: Spending[] = []
  for (const { after, amounts } of sequence) {
    clock.now += after
    answers.push(await spend(chargesOf(amounts, name)))
  }
  return answers
}

function chargesOf(amounts: readonly number[], name: string): Charge[] {
  return COUNTERS.flatMap((counter, index) => {
    const amount = amounts[index] ?? 0
    return amount === 0 ? [] : { ...counter, key: `${counter.key}:${name}`, amount }
  })
}

/** Every answer must be one that the log of all spendings permits. */
function checkAgainstLog(sequence: readonly Step[], answers: readonly Spending[]): void {
  const log: { readonly at: number; readonly amounts: readonly number[] }[] = []
  let now = START
  for (const [index, { after, amounts }] of sequence.entries()) {
    now += after
    const within = (counter: number, window: number) =>
      log.reduce((sum, { at, amounts: spent }) => sum + (at > now - window ? (spent[counter] ?? 0) : 0), 0)
    const fits = (window: number) =>
      [0, 1].every(counter => {
        const amount = amounts[counter] ?? 0
        return amount === 0 || within(counter, window) + amount <= (COUNTERS[counter]?.allowance.quota ?? 0)
      })
    const pail = (amounts[2] ?? 0) === 0 || levelOf(log, now) + (amounts[2] ?? 0) <= 4 + 1e-6
    const allowed = answers[index]?.allowed
    if (allowed && !(fits(WINDOW) && pail)) throw new Error(`step ${index} took what has no room`)
    if (!allowed && fits(WINDOW + SLOT) && pail) throw new Error(`step ${index} refused what has room`)
    if (allowed) log.push({ at: now, amounts })
  }
}

/** How full the bucket is, from the whole history. */
function levelOf(log: readonly { readonly at: number; readonly amounts: readonly number[] }[], now: number) {
  let [level, before] = [0, START]
  for (const { at, amounts } of [...log, { at: now, amounts: [] }]) {
    level = Math.max(level - ((at - before) * 20) / WINDOW, 0) + (amounts[2] ?? 0)
    before = at
  }
  return level
}

/** A refused call that waits as long as it is told fits, and one that comes a moment earlier does not. */
async function checkWaits(sequence: readonly Step[]): Promise<void> {
  const clock = { now: START }
  const counters = createMemoryCounters({ clock: () => clock.now })
  for (const { after, amounts } of sequence) {
    clock.now += after
    const charges = chargesOf(amounts, 'w')
    const { allowed, balances } = counters.spend(charges)
    if (allowed) continue
    const wait = Math.max(...balances.map(balance => balance.wait))
    if (!Number.isFinite(wait)) continue
    if (!(wait > 0)) throw new Error('a refusal without a wait')
    clock.now += wait - 1
    if (counters.spend(charges).allowed) throw new Error('told to wait too long')
    clock.now += 1
    if (!counters.spend(charges).allowed) throw new Error('told to wait too short')
  }
}

t.test('memory: never more than the quota in any window, and what was spent comes back in time', async () => {
  const clock = { now: START }
  await fc.assert(
    fc.asyncProperty(steps, async sequence => {
      const counters = createMemoryCounters({ clock: () => clock.now })
      checkAgainstLog(sequence, await play(sequence, clock, 'm', counters.spend))
    }),
    { numRuns: 400 },
  )
})

t.test('waits are exact', async () => {
  await fc.assert(fc.asyncProperty(steps, checkWaits), { numRuns: 200 })
})

t.test('sqlite answers as memory does', async t => {
  const clock = { now: START }
  const counters = openSqliteCounters(join(t.testdir(), 'counters'), () => clock.now)
  t.teardown(() => counters.close())
  await sameAsMemory(clock, counters.spend, 60)
})

const skip = withoutRedis()

t.test('redis answers as memory does', { skip }, async t => {
  const { clock, spend } = await redisWithClock(t)
  await sameAsMemory(clock, spend, 60)
})

let sequences = 0

async function sameAsMemory(clock: { now: number }, spend: Spend, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(steps, async sequence => {
      const name = String(sequences++)
      const expected = await play(
        sequence,
        clock,
        name,
        createMemoryCounters({ clock: () => clock.now }).spend,
      )
      const answers = await play(sequence, clock, name, spend)
      if (JSON.stringify(answers) !== JSON.stringify(expected)) {
        const index = answers.findIndex((answer, i) => JSON.stringify(answer) !== JSON.stringify(expected[i]))
        throw new Error(`${index}: ${JSON.stringify(answers[index])} for ${JSON.stringify(expected[index])}`)
      }
    }),
    { numRuns },
  )
}

for (const name of ['memory', 'sqlite', 'redis'] as const) {
  t.test(
    `${name}: a clock that is set back gives nothing back, and goes on`,
    { skip: name === 'redis' && skip },
    async t => {
      const { clock, spend } = await counterOf(t, name)
      for (const [index, counter] of COUNTERS.entries()) {
        const quota = counter.allowance.burst ?? counter.allowance.quota
        const all = { ...counter, amount: quota }
        const one = { ...counter, amount: 1 }
        clock.now = START
        t.equal((await spend([all])).allowed, true)
        // Again and again, and far: each time the counter is as old as it was.
        for (const step of [1, 5_000, WINDOW, 365 * 24 * 60 * WINDOW]) {
          clock.now -= step
          t.equal((await spend([one])).allowed, false, `${index}: back by ${step}`)
        }
        const { balances } = await spend([one])
        const wait = balances[0]?.wait ?? 0
        t.ok(wait > 0 && wait <= WINDOW, `${index}: told to wait ${wait}`)
        clock.now += wait - 1
        t.equal((await spend([one])).allowed, false)
        clock.now += 1
        t.equal((await spend([one])).allowed, true, 'time goes on from there')
      }
    },
  )
}

async function counterOf(t: Test, name: 'memory' | 'sqlite' | 'redis') {
  if (name === 'redis') return redisWithClock(t)
  const clock = { now: START }
  if (name === 'memory') return { clock, spend: createMemoryCounters({ clock: () => clock.now }).spend }
  const counters = openSqliteCounters(join(t.testdir(), 'counters'), () => clock.now)
  t.teardown(() => counters.close())
  return { clock, spend: counters.spend }
}

async function redisWithClock(t: Test) {
  const { url } = await startRedis(t)
  const clock = { now: START }
  const store = await openRedisStore({ url, keyPrefix: 'acme:', counterClock: () => clock.now })
  t.teardown(() => store.close())
  return { clock, spend: store.spend }
}
