/** What Redis holds of records, and what becomes of them when it has lost something. */
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { RecordChange } from '../../../src/store/records.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { tokenRecord } from '../contract.ts'
import { oauthRecord } from '../oauth-tokens-contract.ts'
import { revocation } from '../revocations-contract.ts'
import { startRedis, waitUntil, withoutRedis } from '../start-redis.ts'

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

/** Remembers everything; what is returned puts it back in the place of what is there by then. */
async function copyOf(redis: Redis): Promise<() => Promise<void>> {
  const keys = await redis.keys('*')
  const kept = await Promise.all(
    keys.map(async key => [key, Math.max(await redis.pttl(key), 0), await redis.dumpBuffer(key)] as const),
  )
  return async () => {
    const all = redis.multi().flushall()
    for (const [key, life, value] of kept) all.restore(key, life, value)
    await all.exec()
  }
}

const LATER = Date.now() + 3_600_000
const CODE: RecordChange = { key: 'code:a', before: undefined, after: 'fresh', expiresAt: LATER, once: true }
const CLIENT: RecordChange = { key: 'client:a', before: undefined, after: 'a client' }

t.test('an older copy does not bring back what was used up since', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const [one, two] = [await open(), await open()]
  await one.commit([CODE, CLIENT, { ...CODE, key: 'refresh:a', lists: ['gra_1'] }])
  const putBack = await copyOf(redis)
  t.equal(await one.commit([{ key: 'code:a', before: 'fresh', after: 'spent' }]), true)
  await two.fresh()
  await putBack()
  const again = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      (at % 2 === 0 ? one : two).commit([{ key: 'code:a', before: 'fresh', after: 'spent' }]),
    ),
  )
  t.notOk(again.includes(true))
  for (const store of [one, two]) {
    t.equal(await store.getRecord('code:a'), undefined)
    t.equal(await store.getRecord('refresh:a'), undefined, 'whether it was used nobody knows')
    t.equal(await store.getRecord('client:a'), 'a client')
  }
  t.strictSame(await one.pageRecords({ kind: 'refresh', list: 'gra_1', limit: 9 }), [])
  t.equal(await one.commit([{ ...CODE, after: 'anew' }]), true)
  t.equal(await two.commit([{ key: 'code:a', before: 'anew', after: 'spent' }]), true)
  t.equal(await two.getRecord('code:a'), 'spent', 'what begins now lasts')
})

t.test('a server that was emptied has no records, and takes new ones', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await one.commit([CODE, CLIENT])
  await redis.flushall()
  t.equal(await one.commit([{ key: 'code:a', before: 'fresh', after: 'spent' }]), false)
  t.equal(await one.getRecord('client:a'), undefined)
  t.equal(await one.commit([CLIENT]), true)
  t.equal(await one.getRecord('client:a'), 'a client')
})

t.test('where nothing is lost, nothing that can be used up is', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await one.commit([CODE])
  await one.revoke(revocation({ value: 'ada' }))
  const putBack = await copyOf(redis)
  await putBack()
  await one.fresh()
  t.equal(await (await open()).commit([{ key: 'code:a', before: 'fresh', after: 'spent' }]), true)
})

t.test('nothing is left of what has expired, whatever lists it was in', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  const expiresAt = Date.now() + 100
  for (let i = 0; i < 40; i++) {
    const key = `flow:${i}` as const
    await one.commit([{ key, before: undefined, after: 'f', expiresAt, lists: [`of ${i}`, 'all'] }])
  }
  await waitUntil('all expire', async () => (await redis.keys('{acme:}record:*')).length === 0)
  t.equal(await redis.zcard('{acme:}records'), 120)
  // Four with each change.
  for (let i = 0; i < 12; i++) await one.commit([{ ...CODE, key: `code:${i}` }])
  t.equal(await redis.zcard('{acme:}records'), 12)
  t.equal(await redis.hlen('{acme:}records-lists'), 12)
  t.equal(await redis.zcard('{acme:}records-ends'), 12)
  for (let i = 0; i < 12; i++) {
    await one.commit([{ key: `code:${i}`, before: 'fresh', after: undefined }])
  }
  t.strictSame((await redis.keys('*')).toSorted(), ['{acme:}state', '{acme:}version'])
})

t.test('a list that is read is tidied up', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  for (const id of ['a', 'b', 'c']) {
    await one.commit([{ key: `grant:${id}`, before: undefined, after: 'g', lists: ['ada'] }])
  }
  // As if it had expired, or somebody had deleted it by hand.
  await redis.del('{acme:}record:grant:a')
  t.match(await one.pageRecords({ kind: 'grant', list: 'ada', limit: 1 }), [{ key: 'grant:b' }])
  t.strictSame(await redis.zrange('{acme:}records', 0, '-1'), [
    'grant:"ada":b',
    'grant:"ada":c',
    'grant::b',
    'grant::c',
  ])
  t.strictSame((await redis.hkeys('{acme:}records-lists')).toSorted(), ['grant:b', 'grant:c'])
})

t.test('records and OAuth tokens expire by themselves, others stay', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await one.commit([CODE, CLIENT])
  const record = oauthRecord('oat_1')
  await one.createToken(record)
  await one.createToken(tokenRecord('tok_1', { expiresAt: LATER }))
  t.equal(await redis.pexpiretime('{acme:}record:code:a'), LATER)
  t.equal(await redis.pexpiretime('{acme:}record:client:a'), -1)
  for (const key of ['{acme:}token:hash-of-oat_1', '{acme:}token-id:oat_1']) {
    t.equal(await redis.pexpiretime(key), (record.expiresAt ?? 0) + 3_600_000)
  }
  await one.revokeToken('oat_1', 1)
  await one.endToken('oat_1', Date.now())
  await one.restoreTokens([record])
  t.equal(await redis.pexpiretime('{acme:}token:hash-of-oat_1'), (record.expiresAt ?? 0) + 3_600_000)
  t.equal(await redis.pexpiretime('{acme:}token:hash-of-tok_1'), -1)
  t.strictSame(await redis.zrange('{acme:}tokens', 0, '-1'), ['hash-of-tok_1'])
})

t.test('what a lost word revoked is marked again, OAuth tokens too', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await one.createToken(oauthRecord('oat_1'))
  const putBack = await copyOf(redis)
  await one.revokeToken('oat_1', 5_000)
  await putBack()
  await waitUntil('it is ready', () =>
    one.ready().then(
      () => true,
      () => false,
    ),
  )
  t.equal((await one.findToken('hash-of-oat_1'))?.revokedAt, 5_000)
  t.equal(await redis.hget('{acme:}token:hash-of-oat_1', 'revokedAt'), '5000')
})

t.test('what is not a record refuses instead of guessing', { skip }, async t => {
  const { redis, open } = await setUp(t)
  const one = await open()
  await redis.set('{acme:}record:grant:text', 'text')
  await t.rejects(one.getRecord('grant:text'), { code: 'store_unavailable' })
  await t.rejects(one.commit([{ key: 'grant:text', before: undefined, after: 'x' }]), {
    code: 'store_unavailable',
  })
  await one.commit([{ key: 'grant:lists', before: undefined, after: 'x', lists: ['ada'] }])
  await redis.hset('{acme:}records-lists', 'grant:lists', 'grant::lists\ngrant:{:lists')
  await t.rejects(one.pageRecords({ kind: 'grant', limit: 9 }), { code: 'store_unavailable' })
  await redis.hset(
    '{acme:}token:broken',
    'record',
    '{"hash":"broken","roles":[],"scopes":[],"oauth":{"grant":1}}',
  )
  await t.rejects(async () => one.findToken('broken'), { code: 'store_unavailable' })
})
