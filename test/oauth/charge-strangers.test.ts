import t from 'tap'
import { chargeStrangers, sharesOfAddress } from '../../src/oauth/charge-strangers.ts'
import type { Charge } from '../../src/store/counter.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'

const SHARE = { of: 'from:192.0.2.1', quota: 2, window: 60_000 }

t.test('who did it too often is told when to come again, and others are not held up', async t => {
  const store = createMemoryStore()
  const charge = (of: string) => chargeStrangers(store, 'things', [{ ...SHARE, of }], 'Too many things.')
  await charge('a')
  await charge('a')
  const refused = await charge('a').catch((error: unknown) => error)
  t.match(refused, {
    code: 'rate_limited',
    message: 'Too many things.',
    headers: { 'Retry-After': /^[1-9]\d*$/ },
  })
  await charge('b')
  await chargeStrangers(store, 'others', [{ ...SHARE, of: 'a' }], 'Too many others.')
})

t.test('what is counted is stored as a digest', async t => {
  const seen: Charge[] = []
  const store = createMemoryStore()
  const watched: Pick<typeof store, 'spend'> = {
    spend(charges) {
      seen.push(...charges)
      return store.spend(charges)
    },
  }
  await chargeStrangers(watched, 'things', [SHARE], 'Too many things.')
  t.match(seen, [{ key: /^things:[\w-]{22}$/, amount: 1 }])
})

t.test('an IPv6 address has a share, and its network four', async t => {
  t.match(sharesOfAddress('2001:db8:1:2::3', 10, 1_000), [
    { of: /^from:/, quota: 10, window: 1_000 },
    { of: /^from:/, quota: 40, window: 1_000 },
  ])
  t.same(sharesOfAddress('192.0.2.1', 10, 1_000), [{ of: 'from:192.0.2.1', quota: 10, window: 1_000 }])
  t.equal(sharesOfAddress(undefined, 10, 1_000).length, 1)
})
