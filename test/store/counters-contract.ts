import type { Test } from 'tap'
import type { Allowance, Charge } from '../../src/store/counter.ts'
import type { Store } from '../../src/store/store.ts'
import type { OpenStore } from './contract.ts'

const HOUR = 3_600_000

/** A charge of a sliding window of an hour. */
export function charge(key: string, quota: number, amount = 1, more: Partial<Allowance> = {}): Charge {
  return { key, amount, allowance: { quota, window: HOUR, burst: undefined, ...more } }
}

/** What every store must do with counters. */
export async function countersContract(
  t: Test,
  store: Store,
  open: OpenStore,
  shared: boolean,
): Promise<void> {
  await t.test('a sliding window takes its quota and not one more, and says when to come back', async t => {
    for (let left = 9; left >= 0; left--) {
      const { allowed, balances } = await store.spend([charge('window', 10)])
      t.ok(allowed)
      t.equal(balances[0]?.remaining, left)
      t.equal(balances[0]?.wait, 0)
    }
    for (let i = 0; i < 3; i++) {
      const { allowed, balances } = await store.spend([charge('window', 10)])
      t.notOk(allowed)
      t.equal(balances[0]?.remaining, 0)
      isAbout(t, balances[0]?.wait, HOUR)
      isAbout(t, balances[0]?.reset, HOUR)
    }
  })

  await t.test('a bucket takes a burst, and what was spent comes back evenly', async t => {
    const bucket = charge('bucket', 60, 1, { burst: 3 })
    for (let left = 2; left >= 0; left--) {
      const { allowed, balances } = await store.spend([bucket])
      t.ok(allowed)
      t.equal(balances[0]?.remaining, left)
    }
    const { allowed, balances } = await store.spend([bucket])
    t.notOk(allowed)
    isAbout(t, balances[0]?.wait, HOUR / 60)
    isAbout(t, balances[0]?.reset, 3 * (HOUR / 60))
  })

  await t.test('amounts count, and one that never fits says so', async t => {
    t.match(await store.spend([charge('amounts', 10, 7)]), { allowed: true, balances: [{ remaining: 3 }] })
    t.match(await store.spend([charge('amounts', 10, 4)]), { allowed: false, balances: [{ remaining: 3 }] })
    t.match(await store.spend([charge('amounts', 10, 3)]), { allowed: true, balances: [{ remaining: 0 }] })
    for (const more of [{}, { burst: 10 }]) {
      const { allowed, balances } = await store.spend([charge('never', 10, 11, more)])
      t.notOk(allowed)
      t.strictSame(balances[0]?.wait, Number.POSITIVE_INFINITY)
    }
  })

  await t.test('charges stand and fall together', async t => {
    await store.spend([charge('small', 1)])
    const together = [charge('large', 100), charge('small', 1), charge('pail', 100, 1, { burst: 5 })]
    for (let i = 0; i < 20; i++) {
      const { allowed, balances } = await store.spend(together)
      t.notOk(allowed)
      t.match(balances, [{ remaining: 100, wait: 0 }, { remaining: 0 }, { remaining: 5, wait: 0 }])
      t.ok((balances[1]?.wait ?? 0) > 0)
    }
    t.match(await store.spend([charge('large', 100), charge('pail', 100, 1, { burst: 5 })]), {
      allowed: true,
      balances: [{ remaining: 99 }, { remaining: 4 }],
    })
  })

  await t.test('a quota that was lowered holds at once, one that was raised too', async t => {
    for (let i = 0; i < 5; i++) await store.spend([charge('moving', 5)])
    t.match(await store.spend([charge('moving', 3)]), { allowed: false, balances: [{ remaining: 0 }] })
    t.match(await store.spend([charge('moving', 6)]), { allowed: true, balances: [{ remaining: 0 }] })
  })

  await t.test('200 calls at once never exceed', async t => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => store.spend([charge('crowd', 60), charge('hall', 1_000)])),
    )
    t.equal(answers.filter(({ allowed }) => allowed).length, 60)
    t.equal((await store.spend([charge('hall', 1_000)])).balances[0]?.remaining, 1_000 - 60 - 1)
  })

  if (!shared) return
  await t.test('three stores on the same state count together', async t => {
    const stores = [store, await open(), await open()]
    t.teardown(() => Promise.all(stores.slice(1).map(other => other.close())))
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => stores[i % 3]?.spend([charge('fleet', 60)])),
    )
    t.equal(answers.filter(answer => answer?.allowed).length, 60)
  })

  await t.test('counts outlive the store that made them', async t => {
    const first = await open()
    await first.spend([charge('lasting', 2)])
    await first.close()
    await t.rejects(async () => first.spend([charge('lasting', 2)]), { code: 'store_unavailable' })
    t.equal((await store.spend([charge('lasting', 2)])).balances[0]?.remaining, 0)
  })
}

/** At most this, and less only by what a slow machine takes. */
function isAbout(t: Test, value: number | undefined, expected: number): void {
  t.ok(value !== undefined && value <= expected && value > expected - 30_000, `${value} of ${expected}`)
}
