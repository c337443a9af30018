import { Redis } from 'ioredis'
import t from 'tap'
import { storeKeys } from '../../../src/store/keys.ts'
import { RedisRevocations } from '../../../src/store/redis/revocations.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { tokenRecord } from '../contract.ts'
import { revocation } from '../revocations-contract.ts'
import { startRedis, withoutRedis } from '../start-redis.ts'

t.test(
  'who has answered a revocation knows it, should Redis lose it in the next moment',
  {
    skip: withoutRedis(),
  },
  async t => {
    const server = await startRedis(t)
    const store = await openRedisStore({ url: server.url, keyPrefix: 'acme:' })
    t.teardown(() => store.close())
    await store.createToken(tokenRecord('tok_1'))
    await store.revoke(revocation({ kind: 'subject', value: 'ada' }))
    t.ok(store.revocations.find('subject', 'ada'), 'without having asked again')
    await store.revokeToken('tok_1', 1)
    t.ok(store.revocations.find('credential', 'tok_1'))
    await server.kill()
    const again = await startRedis(t, server.port)
    const other = await openRedisStore({ url: again.url, keyPrefix: 'acme:' })
    t.teardown(() => other.close())
    for (const each of [store, other]) {
      while (
        !(await each.ready().then(
          () => each.revocations.size > 0,
          () => false,
        ))
      )
        await null
      t.ok(each.revocations.find('subject', 'ada'), 'brought back')
      t.ok(each.revocations.find('credential', 'tok_1'))
    }
  },
)

t.test('all who wait on a server that fell silent fail with the first of them', async t => {
  const silent = Promise.withResolvers<never>()
  const asked: string[] = []
  const revocations = new RedisRevocations({
    keys: storeKeys('acme:'),
    async run(script) {
      asked.push(script)
      return silent.promise
    },
    async write() {},
    ask: question => question(),
    readVersion: async () => 'other.7',
    onLearnt() {},
    async onBroughtBack() {},
  })
  t.teardown(() => revocations.close())
  const questions: Promise<void>[] = []
  for (let i = 0; i < 20; i++) {
    questions.push(revocations.fresh())
    // The next one asks in another turn of the event loop.
    await new Promise(resolve => setImmediate(resolve))
  }
  silent.reject(new Error('Command timed out'))
  const settled = await Promise.allSettled(questions)
  t.ok(settled.every(({ status }) => status === 'rejected'))
  t.equal(asked.length, 1, 'one question, one timeout')
  await t.rejects(revocations.fresh(), 'Command timed out')
  t.equal(asked.length, 2, 'whoever comes later asks again')
})

t.test(
  'an older copy is not believed because it recovered from something before',
  {
    skip: withoutRedis(),
  },
  async t => {
    const { url } = await startRedis(t)
    const store = await openRedisStore({ url, keyPrefix: 'acme:' })
    const redis = new Redis(url)
    t.teardown(() => {
      redis.disconnect()
      return store.close()
    })
    const copy = await redis.hgetall('{acme:}state')
    const version = String(await redis.get('{acme:}version'))
    await store.revoke(revocation({ value: 'ada' }))
    await redis.flushall()
    while (!(await isReady(store))) await null
    await redis
      .multi()
      .flushall()
      .hset('{acme:}state', { ...copy, recovered: '1' })
      .set('{acme:}version', version)
      .exec()
    await t.rejects(async () => store.fresh(), { code: 'store_unavailable', detail: /lost data/ })
    const fresh = await openRedisStore({ url, keyPrefix: 'acme:' })
    t.teardown(() => fresh.close())
    while (!(await isReady(fresh))) await null
    t.ok(fresh.revocations.find('subject', 'ada'), 'others wait as well')
    t.equal(fresh.installation?.id, store.installation?.id)
  },
)

t.test(
  'a token that was revoked stays so when an older copy comes back, for good',
  {
    skip: withoutRedis(),
  },
  async t => {
    const { url } = await startRedis(t)
    const store = await openRedisStore({ url, keyPrefix: 'acme:' })
    const redis = new Redis(url)
    t.teardown(() => {
      redis.disconnect()
      return store.close()
    })
    await store.createToken(tokenRecord('tok_1'))
    await store.createToken(tokenRecord('tok_2'))
    const state = await redis.hgetall('{acme:}state')
    const version = String(await redis.get('{acme:}version'))
    await store.revokeToken('tok_1', 7)
    await redis
      .multi()
      .hdel('{acme:}token:hash-of-tok_1', 'revokedAt')
      .del('{acme:}revocations', '{acme:}revocations-log')
      .hset('{acme:}state', state)
      .set('{acme:}version', version)
      .exec()
    await t.rejects(async () => store.fresh(), { code: 'store_unavailable' })
    while (!(await isReady(store))) await null
    t.equal(await redis.hget('{acme:}token:hash-of-tok_1', 'revokedAt'), '7')
    t.equal(await redis.hget('{acme:}token:hash-of-tok_2', 'revokedAt'), null)
  },
)

function isReady(store: Store): Promise<boolean> {
  return store.ready().then(
    () => true,
    () => false,
  )
}
