import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Charge } from '../../../src/store/counter.ts'
import { openRedisStore, type RedisStoreOptions } from '../../../src/store/redis/store.ts'
import { charge } from '../counters-contract.ts'
import { startRedis, withoutRedis } from '../start-redis.ts'

const skip = withoutRedis()

async function open(t: Test, options: Partial<RedisStoreOptions> & { url: string }) {
  const store = await openRedisStore({ keyPrefix: 'acme:', ...options })
  t.teardown(() => store.close())
  return store
}

function connect(t: Test, url: string): Redis {
  const redis = new Redis(url)
  t.teardown(() => redis.disconnect())
  return redis
}

const PER_MINUTE: Charge = {
  key: 'minute',
  amount: 1,
  allowance: { quota: 60, window: 60_000, burst: undefined },
}

t.test(
  '60 a minute on three nodes: in no minute more, in the long run no more than 2 % less',
  { skip },
  async t => {
    const { url } = await startRedis(t)
    let now = 1_700_000_000_000
    const counterClock = () => now
    const nodes = [
      await open(t, { url, counterClock }),
      await open(t, { url, counterClock }),
      await open(t, { url, counterClock }),
    ]
    const accepted: number[] = []
    const minutes = 10
    const end = now + minutes * 60_000
    // A call every 0 to 300 ms, by a fixed but uneven rhythm.
    for (let i = 0; now < end; i++) {
      if ((await nodes[i % 3]?.spend([PER_MINUTE]))?.allowed) accepted.push(now)
      now += (i * 7919) % 301
    }
    const most = Math.max(
      ...accepted.map(time => accepted.filter(other => other <= time && other > time - 60_000).length),
    )
    t.equal(most, 60)
    t.ok(accepted.length >= 60 * minutes * 0.98, `${accepted.length} in ${minutes} minutes`)
  },
)

t.test('counters are keyed below the prefix, in one slot, and end by themselves', { skip }, async t => {
  const { url } = await startRedis(t)
  const store = await open(t, { url })
  const redis = connect(t, url)
  const bucket = charge('pail', 3_600, 1, { burst: 10 })
  await store.spend([PER_MINUTE, bucket])
  t.same((await redis.keys('{acme:}limits:*')).sort(), ['{acme:}limits:minute', '{acme:}limits:pail'])
  const window = await redis.pttl('{acme:}limits:minute')
  t.ok(window > 50_000 && window <= 60_000, `${window}`)
  const full = await redis.pttl('{acme:}limits:pail')
  t.ok(full > 0 && full <= 1_000, `a second until it is full again: ${full}`)
})

t.test('installations with different prefixes don’t count together', { skip }, async t => {
  const { url } = await startRedis(t)
  const [one, two, bare] = [
    await open(t, { url, keyPrefix: 'one:' }),
    await open(t, { url, keyPrefix: 'two:' }),
    await open(t, { url, keyPrefix: '' }),
  ]
  for (const store of [one, two, bare]) t.equal((await store.spend([charge('x', 1)])).allowed, true)
  for (const store of [one, two, bare]) t.equal((await store.spend([charge('x', 1)])).allowed, false)
})

t.test('a Cluster takes all charges of a call together', { skip }, async t => {
  const { url } = await startRedis(t, undefined, ['--cluster-enabled', 'yes'])
  const redis = connect(t, url)
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  while (!String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const store = await open(t, { url })
  const charges = [PER_MINUTE, charge('other', 5), charge('pail', 5, 1, { burst: 2 })]
  t.match(await store.spend(charges), { allowed: true, balances: [{ remaining: 59 }, { remaining: 4 }, {}] })
})

t.test('a server that forgot the script is given it again', { skip }, async t => {
  const { url } = await startRedis(t)
  const store = await open(t, { url })
  await store.spend([PER_MINUTE])
  await connect(t, url).script('FLUSH')
  t.match(await store.spend([PER_MINUTE]), { allowed: true, balances: [{ remaining: 58 }] })
})

t.test('a damaged counter refuses instead of guessing', { skip }, async t => {
  const { url } = await startRedis(t)
  const store = await open(t, { url })
  const redis = connect(t, url)
  const key = '{acme:}limits:minute'
  const damages = [
    () => redis.set(key, ''),
    () => redis.set(key, 'text'),
    () => redis.set(key, Buffer.from([0x92, 0x01])),
    () => redis.set(key, Buffer.from([0x92, 0xa1, 0x61, 0xa1, 0x62])),
    () => redis.hset(key, 'a', 'b'),
    () => redis.set(key, Buffer.from([0x91, 0x01])),
  ]
  for (const [index, damage] of damages.entries()) {
    await redis.del(key)
    await damage()
    await t.rejects(async () => store.spend([PER_MINUTE]), { code: 'store_unavailable' }, `${index}`)
  }
})
