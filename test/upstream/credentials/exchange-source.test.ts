import t, { type Test } from 'tap'
import { Cancellation } from '../../../src/auth/cancellation.ts'
import type { Principal } from '../../../src/auth/principal.ts'
import { createExchangeSource } from '../../../src/upstream/credentials/exchange-source.ts'
import { createCaller, createClock } from './fixtures.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

async function setUp(t: Test, more: Readonly<Record<string, unknown>> = {}, schemes = [0]) {
  const endpoint = await createTokenEndpoint(t)
  const clock = createClock()
  const config = endpoint.config(more)
  const source = createExchangeSource({ config, schemes: new Set(schemes), now: clock.now })
  const caller = (token: string, principal: Partial<Principal> = {}) =>
    createCaller('jwt', principal, { exchangeable: token })
  return {
    endpoint,
    clock,
    source,
    caller,
    offer: async (token: string, principal: Partial<Principal> = {}) =>
      source(caller(token, principal), undefined),
  }
}

t.test('the caller’s token becomes one for the backend', async t => {
  const { offer } = await setUp(t)
  t.strictSame(await offer('own'), { headers: { authorization: 'Bearer exchanged-own' }, from: 'gateway' })
  const other = await setUp(t, { header: 'X-Token' })
  t.strictSame(await other.offer('own'), { headers: { 'x-token': 'exchanged-own' }, from: 'gateway' })
})

t.test('only tokens of its own schemes are exchanged, and none that Postern minted', async t => {
  const { source, endpoint, caller } = await setUp(t, {}, [1])
  t.equal(source(caller('own'), undefined), undefined, 'of another issuer')
  t.equal(source(createCaller('token', { schemeIndex: 2 }), undefined), undefined, 'minted')
  const unavailable = { code: 'upstream_credential_unavailable' }
  t.throws(() => source(createCaller('headers', { schemeIndex: 1 }), undefined), unavailable, 'no token')
  t.strictSame(endpoint.asked, [])
  t.ok(await source(caller('own', { schemeIndex: 1 }), undefined))
})

t.test('it is kept until shortly before it ends, and answered synchronously', async t => {
  const { source, caller, endpoint, clock, offer } = await setUp(t)
  const first = await offer('own')
  clock.at += 269_999
  t.equal(source(caller('own'), undefined), first)
  clock.at += 1
  t.not(await offer('own'), first, '30 s before its end')
  t.equal(endpoint.asked.length, 2)
  endpoint.state.answer = () => ({ access_token: 'short', token_type: 'Bearer', expires_in: 10 })
  clock.at += 300_000
  const short = await offer('own')
  clock.at += 7_999
  t.equal(await offer('own'), short)
  clock.at += 1
  t.not(await offer('own'), short, 'a short one for four fifths of its life')
})

t.test('it is not kept longer than the caller’s own credential', async t => {
  const { source, caller, clock, offer } = await setUp(t)
  const principal = { expiresAt: clock.at + 5_000 }
  const first = await offer('own', principal)
  clock.at += 4_999
  t.equal(source(caller('own', principal), undefined), first)
  clock.at += 1
  t.not(await offer('own', principal), first)
})

t.test('one that does not say when it ends is used once', async t => {
  const { endpoint, offer } = await setUp(t)
  for (const more of [{}, { expires_in: 0 }]) {
    endpoint.state.answer = () => ({ access_token: 'x', token_type: 'Bearer', ...more })
    await offer('own')
    await offer('own')
  }
  t.equal(endpoint.asked.length, 4)
})

t.test('calls at the same time are one question; every caller gets their own', async t => {
  const { endpoint, offer } = await setUp(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  endpoint.state.gate = promise
  const names = ['ada', 'bob', 'eve']
  const calls = [...names, ...names, ...names].map(name => offer(name))
  resolve()
  const tokens = (await Promise.all(calls)).map(credentials => credentials?.headers.authorization)
  t.strictSame(
    tokens.slice(0, 3),
    names.map(name => `Bearer exchanged-${name}`),
  )
  t.strictSame(tokens.slice(3, 6), tokens.slice(0, 3))
  t.equal(endpoint.asked.length, 3)
})

t.test('a refusal is the caller’s to mend, and holds for a moment', async t => {
  const { endpoint, offer, clock } = await setUp(t)
  Object.assign(endpoint.state, { status: 400, answer: () => ({ error: 'invalid_grant' }) })
  const refused = {
    code: 'exchange_refused',
    message: /your credential.*Sign in again/,
    detail: /answered 400 invalid_grant/,
  }
  await t.rejects(offer('own-s3cr3t'), refused)
  await t.rejects(offer('own-s3cr3t'), { ...refused, detail: /^(?!.*s3cr3t)/ })
  t.equal(endpoint.asked.length, 1)
  clock.at += 5_000
  await t.rejects(offer('own-s3cr3t'), refused)
  t.equal(endpoint.asked.length, 2)
  await t.rejects(offer('other'), refused, 'others are asked about')
  t.equal(endpoint.asked.length, 3)
})

t.test(
  'a provider that can’t be asked is nobody’s fault, is not asked twice, and is asked again',
  async t => {
    const { endpoint, offer } = await setUp(t)
    endpoint.state.status = 500
    const failed = { code: 'upstream_credential_unavailable', detail: /127\.0\.0\.1:\d+: answered 500/ }
    await t.rejects(offer('own'), failed)
    t.equal(endpoint.asked.length, 1)
    endpoint.state.status = 200
    t.ok(await offer('own'), 'nothing is kept of the failure')
  },
)

t.test('who goes away waits no longer, and takes nothing from the others', async t => {
  const { endpoint, source, caller } = await setUp(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  endpoint.state.gate = promise
  const cancellation = new Cancellation()
  const gone = source(caller('own'), cancellation)
  const stays = source(caller('own'), undefined)
  cancellation.abort(new Error('gone'))
  await t.rejects(Promise.resolve(gone), { code: 'cancelled' })
  resolve()
  t.match(await stays, { headers: { authorization: 'Bearer exchanged-own' } })
})
