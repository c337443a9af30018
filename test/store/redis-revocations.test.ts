import t from 'tap'
import { storeKeys } from '../../src/store/keys.ts'
import { openRedisStore } from '../../src/store/redis.ts'
import { RedisRevocations } from '../../src/store/redis-revocations.ts'
import { tokenRecord } from './contract.ts'
import { revocation } from './revocations-contract.ts'
import { startRedis, withoutRedis } from './start-redis.ts'

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
