import t from 'tap'
import { createMemoryCounters } from '../../../src/store/memory/counters.ts'
import { charge } from '../counters-contract.ts'

const HOUR = 3_600_000

t.test('counters that are over are dropped as new ones are made', async t => {
  const clock = { now: 0 }
  const counters = createMemoryCounters({ clock: () => clock.now })
  let largest = 0
  for (let i = 0; i < 50_000; i++) {
    clock.now += HOUR / 1_000
    counters.spend([charge(`passing-${i}`, 5)])
    largest = Math.max(largest, counters.size)
  }
  t.ok(largest < 2_000, `about 1,000 are in use at any time, ${largest} were kept`)
})

t.test('what is in use is never dropped', async t => {
  const clock = { now: 0 }
  const counters = createMemoryCounters({ clock: () => clock.now })
  for (let i = 0; i < 3; i++) counters.spend([charge('lasting', 3)])
  for (let i = 0; i < 20_000; i++) counters.spend([charge(`passing-${i}`, 5)])
  clock.now = HOUR - 1
  t.equal(counters.spend([charge('lasting', 3)]).allowed, false)
})

t.test('where no more fit, new ones are refused and those that there are go on', async t => {
  const clock = { now: 0 }
  const counters = createMemoryCounters({ clock: () => clock.now, most: 100 })
  for (let i = 0; i < 100; i++) counters.spend([charge(`c${i}`, 2)])
  t.throws(() => counters.spend([charge('c0', 2), charge('new', 2)]), {
    code: 'store_unavailable',
    status: 503,
  })
  t.match(
    counters.spend([charge('c0', 2)]),
    { allowed: true, balances: [{ remaining: 0 }] },
    'nothing was counted',
  )
  t.equal(counters.size, 100)
  clock.now = HOUR
  t.ok(counters.spend([charge('new', 2)]).allowed)
})

t.test('the clock is the process’s own, which never goes back', async t => {
  const counters = createMemoryCounters()
  const before = Date.now
  t.teardown(() => {
    Date.now = before
  })
  t.ok(counters.spend([charge('a', 1)]).allowed)
  Date.now = () => before() + 10 * HOUR
  t.notOk(counters.spend([charge('a', 1)]).allowed)
})
