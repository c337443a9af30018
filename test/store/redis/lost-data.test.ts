/** What a fleet knows holds although Redis has lost it. */
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { nameOf } from '../../../src/store/revocation.ts'
import type { Store } from '../../../src/store/store.ts'
import { revocation } from '../revocations-contract.ts'
import { startRedis, withoutRedis } from '../start-redis.ts'

const skip = withoutRedis()
t.setTimeout(60_000)

async function setUp(t: Test) {
  const { url } = await startRedis(t)
  const redis = new Redis(url)
  t.teardown(() => redis.disconnect())
  const open = async () => {
    const store = await openRedisStore({ url, keyPrefix: 'acme:' })
    t.teardown(() => store.close())
    return store
  }
  return { redis, open }
}

async function untilReady(store: Store): Promise<void> {
  while (
    !(await store.ready().then(
      () => true,
      () => false,
    ))
  )
    await new Promise(resolve => setImmediate(resolve))
}

t.test('what is said to a server that has lost data is not taken for what was lost', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const [one, two] = [await open(), await open()]
  const state = await redis.hgetall('{acme:}state')
  const version = String(await redis.get('{acme:}version'))
  await one.revoke(revocation({ kind: 'subject', value: 'ada' }))
  // A failover to a replica that lagged by one word, or the last second of an append-only file that a crash cost.
  await redis.multi().flushall().hset('{acme:}state', state).set('{acme:}version', version).exec()
  const said = two.revoke(revocation({ kind: 'subject', value: 'bob' }))
  await said
  for (const store of [one, two]) {
    await untilReady(store)
    t.ok(store.revocations.find('subject', 'bob'), 'what was answered after the loss')
  }
  await untilReady(one)
  for (let i = 0; i < 3; i++) await untilReady(two)
  t.ok(two.revocations.find('subject', 'ada'), 'what a live node still knew')
})

t.test('who starts on an empty server waits for those who know what was on it', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await one.revoke(revocation({ kind: 'subject', value: 'ada' }))
  await redis.flushall()
  const late = await open()
  await untilReady(late)
  t.ok(late.revocations.find('subject', 'ada'))
})

t.test('nobody believes a server before all of much has been brought back', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  const many = 150_000
  for (let i = 0; i < many; i += 10_000) {
    const words = Array.from({ length: 10_000 }, (_, at) => {
      const { sequence: _no, ...word } = {
        sequence: 0,
        ...revocation({ kind: 'subject', value: `s${i + at}` }),
      }
      return [nameOf(word), JSON.stringify(word), String(i + at + 1)] as const
    })
    await redis.hset('{acme:}revocations', Object.fromEntries(words.map(([name, json]) => [name, json])))
    await redis.zadd('{acme:}revocations-log', ...words.flatMap(([name, , number]) => [number, name]))
  }
  const incarnation = await redis.hget('{acme:}state', 'incarnation')
  await redis
    .multi()
    .hset('{acme:}state', { sequence: String(many), reload: String(many) })
    .set('{acme:}version', `${incarnation}.${many}`)
    .exec()
  while (one.revocations.size < many) await untilReady(one)
  const begun = performance.now()
  await redis.flushall()
  while ((await redis.exists('{acme:}state')) === 0) await new Promise(resolve => setImmediate(resolve))
  const late = await open()
  await untilReady(late)
  t.comment(`believed after ${Math.round(performance.now() - begun)} ms`)
  t.equal(late.revocations.size, many)
})
