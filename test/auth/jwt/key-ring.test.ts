import t, { type Test } from 'tap'
import { createKeyRing } from '../../../src/auth/jwt/key-ring.ts'
import { createIssuer, createKey } from './issuer.ts'

const REFRESH = 100_000
const KEEP = 500_000

async function setUp(t: Test) {
  const issuer = await createIssuer(t)
  const clock = { now: 1_700_000_000_000 }
  const source = { issuer: issuer.issuer, jwks: `${issuer.origin}/keys` }
  const ring = createKeyRing({ source, refresh: REFRESH, keep: KEEP, now: () => clock.now })
  return { issuer, clock, ring, current: async () => ring.current(undefined) }
}

/** Until the question that is under way has been answered. */
const settled = async (check: () => boolean) => {
  while (!check()) await new Promise(resolve => setImmediate(resolve))
}

t.test('nothing is asked before the first token, and then once', async t => {
  const { issuer, ring, current } = await setUp(t)
  t.equal(issuer.asked(), 0)
  const keys = await current()
  t.equal(ring.current(undefined), keys, 'synchronous')
  t.equal(issuer.asked(), 1)
})

t.test('in the last fifth of their time the keys are asked for while the old ones are used', async t => {
  const { issuer, clock, ring, current } = await setUp(t)
  const keys = await current()
  clock.now += REFRESH * 0.8 - 1
  t.equal(ring.current(undefined), keys)
  t.equal(issuer.asked(), 1)
  clock.now += 1
  t.equal(ring.current(undefined), keys, 'nobody waits')
  t.equal(ring.current(undefined), keys)
  await settled(() => ring.current(undefined) !== keys)
  t.equal(issuer.asked(), 2, 'one question')
})

t.test('a failure ahead of time is not repeated at once, and hurts nobody', async t => {
  const { issuer, clock, ring, current } = await setUp(t)
  const keys = await current()
  issuer.state.failure = 'reset'
  clock.now += REFRESH * 0.9
  t.equal(ring.current(undefined), keys)
  await t.rejects(ring.renewed(keys, undefined), { code: 'upstream_unavailable' })
  const asked = issuer.asked()
  t.equal(ring.current(undefined), keys)
  await t.rejects(ring.renewed(keys, undefined), { code: 'upstream_unavailable' })
  t.equal(issuer.asked(), asked)
})

t.test('after their time requests wait for new keys', async t => {
  const { clock, issuer, current } = await setUp(t)
  const keys = await current()
  clock.now += REFRESH
  t.not(await current(), keys)
  t.equal(issuer.asked(), 2)
})

t.test(
  'while the issuer is down they are kept, it is asked every two seconds, and recovery is noticed',
  async t => {
    const { clock, issuer, ring, current } = await setUp(t)
    const keys = await current()
    issuer.state.failure = 'status'
    clock.now += REFRESH
    t.equal(await current(), keys)
    t.equal(ring.current(undefined), keys, 'and nobody waits for the next attempt')
    t.equal(issuer.asked(), 2)
    clock.now += 2_000
    t.equal(await current(), keys)
    t.equal(issuer.asked(), 3)
    issuer.state.failure = undefined
    clock.now += 2_000
    t.not(await current(), keys)
    issuer.state.failure = 'status'
    clock.now += KEEP
    await t.rejects(current(), { code: 'upstream_unavailable', headers: { 'Retry-After': '2' } })
    await t.rejects(current(), { code: 'upstream_unavailable' })
  },
)

t.test('a clock that is set back makes no key young', async t => {
  const { clock, issuer, current } = await setUp(t)
  const keys = await current()
  clock.now -= 1
  t.not(await current(), keys)
  issuer.state.failure = 'reset'
  clock.now -= 1
  await t.rejects(current(), { code: 'upstream_unavailable' })
})

t.test('renewed asks four times at once, then once for each ten seconds', async t => {
  const { clock, issuer, ring, current } = await setUp(t)
  await current()
  const renew = async () => ring.renewed(await current(), undefined)
  for (let n = 0; n < 10; n++) await renew()
  t.equal(issuer.asked(), 1 + 4)
  clock.now += 25_000
  for (let n = 0; n < 10; n++) await renew()
  t.equal(issuer.asked(), 1 + 4 + 2)
  clock.now -= 1_000
  await renew()
  clock.now -= 1_000_000
  await renew()
  t.ok(issuer.asked() <= 1 + 4 + 2 + 2, 'a clock set back earns nothing')
})

t.test('renewed for keys that have been replaced meanwhile asks nobody', async t => {
  const { issuer, ring, current } = await setUp(t)
  const old = await current()
  const keys = await ring.renewed(old, undefined)
  t.equal(await ring.renewed(old, undefined), keys)
  t.equal(issuer.asked(), 2)
})

t.test('a key set is taken at its word, also without keys', async t => {
  const { issuer, ring, current } = await setUp(t)
  const keys = await current()
  issuer.publish()
  const none = await ring.renewed(keys, undefined)
  await t.rejects(none({ alg: 'ES256', kid: 'key-1' }))
  issuer.publish(createKey('key-1'))
  t.ok(await (await ring.renewed(none, undefined))({ alg: 'ES256', kid: 'key-1' }))
})
