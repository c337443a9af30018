import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { storeContract, tokenRecord } from '../contract.ts'
import { freePort, startRedis, withoutRedis } from '../start-redis.ts'

const skip = withoutRedis()

t.test('contract', { skip }, async t => {
  const { url } = await startRedis(t)
  await storeContract(t, () => openRedisStore({ url, keyPrefix: 'acme:' }), true)
})

t.test('installations with different prefixes do not see each other', { skip }, async t => {
  const { url } = await startRedis(t)
  const one = await openRedisStore({ url, keyPrefix: 'one:' })
  const two = await openRedisStore({ url, keyPrefix: 'two:' })
  t.teardown(() => Promise.all([one.close(), two.close()]))
  await one.createToken(tokenRecord('tok_1'))
  t.equal(await two.findToken('hash-of-tok_1'), undefined)
  t.strictSame(await two.listTokens(), [])
  t.equal(await two.revokeToken('tok_1', 1), false)
  await two.createToken(tokenRecord('tok_1'))
})

t.test('an unchanged token is the same object, a changed one is not', { skip }, async t => {
  const { url } = await startRedis(t)
  const store = await openRedisStore({ url, keyPrefix: 'acme:' })
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  // Learns of the new token now: to learn of it between the questions would be to forget the first answer.
  await store.fresh()
  const first = await store.findToken('hash-of-tok_1')
  t.equal(await store.findToken('hash-of-tok_1'), first)
  await store.revokeToken('tok_1', 1)
  await store.fresh()
  t.not(await store.findToken('hash-of-tok_1'), first)
})

t.test('a damaged or misplaced record refuses instead of guessing', { skip }, async t => {
  const { url } = await startRedis(t)
  const store = await openRedisStore({ url, keyPrefix: 'acme:' })
  const redis = new Redis(url)
  t.teardown(async () => {
    redis.disconnect()
    await store.close()
  })
  await store.createToken(tokenRecord('tok_1'))
  const stored = String(await redis.hget('{acme:}token:hash-of-tok_1', 'record'))
  await redis.hset('{acme:}token:moved', 'record', stored)
  await redis.hset('{acme:}token:broken', 'record', '{')
  await redis.hset('{acme:}token:scopes', 'record', '{"hash":"scopes","roles":[],"scopes":"*"}')
  await redis.set('{acme:}token:text', stored)
  for (const hash of ['moved', 'broken', 'scopes', 'text']) {
    await t.rejects(async () => store.findToken(hash), { code: 'store_unavailable' }, hash)
  }
  await redis.hset(
    '{acme:}token:hash-of-tok_2',
    'record',
    stored.replaceAll('tok_1', 'tok_2'),
    'revokedAt',
    'yes',
  )
  t.not((await store.findToken('hash-of-tok_2'))?.revokedAt, undefined)
})

t.test('start-up does not wait for a Redis that is not there, and every question is refused', async t => {
  const url = `redis://:secret@127.0.0.1:${await freePort()}/0`
  const store = await openRedisStore({ url, keyPrefix: 'acme:', commandTimeout: 100 })
  t.teardown(() => store.close())
  await refuses(t, store)
})

t.test('a Redis that dies is refused at once and found again when it is back', { skip }, async t => {
  const port = await freePort()
  const server = await startRedis(t, port)
  const store = await openRedisStore({ url: server.url, keyPrefix: 'acme:', commandTimeout: 1_000 })
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  await server.kill()
  await refuses(t, store)
  await startRedis(t, port)
  for (;;) {
    const ready = await store.ready().then(
      () => true,
      () => false,
    )
    if (ready) break
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  t.equal(await store.findToken('hash-of-tok_1'), undefined)
})

t.test('a Redis that hangs is refused after the command timeout', { skip }, async t => {
  const server = await startRedis(t)
  const store = await openRedisStore({ url: server.url, keyPrefix: 'acme:', commandTimeout: 1_000 })
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  server.freeze()
  await t.rejects(async () => store.findToken('hash-of-tok_1'), { code: 'store_unavailable' })
  server.thaw()
})

async function refuses(t: Test, store: Store): Promise<void> {
  const unavailable = { code: 'store_unavailable', status: 503, headers: { 'Retry-After': '1' } }
  await t.rejects(async () => store.findToken('hash-of-tok_1'), unavailable)
  await t.rejects(store.listTokens(), unavailable)
  await t.rejects(store.createToken(tokenRecord('tok_2')), unavailable)
  await t.rejects(store.revokeToken('tok_1', 1), unavailable)
  await t.rejects(store.ready(), unavailable)
  const error: unknown = await store.ready().catch(reason => reason)
  t.notMatch(String(error) + JSON.stringify(error), 'secret')
}
