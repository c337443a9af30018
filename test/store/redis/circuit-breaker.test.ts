import t, { type Test } from 'tap'
import { type CircuitBreaker, createCircuitBreaker } from '../../../src/store/redis/circuit-breaker.ts'
import { connectRedis, type RedisClient } from '../../../src/store/redis/connection.ts'
import { startRedis, waitUntil, withoutRedis } from '../start-redis.ts'

const TIMEOUT = 300

function isOpen(breaker: CircuitBreaker): boolean {
  try {
    breaker.check()
    return false
  } catch {
    return true
  }
}

t.test(
  'a Redis that was stopped is not asked any more, until it answers',
  { skip: withoutRedis() },
  async t => {
    const { server, client, breaker, probes } = await paused(t)
    const get = () => breaker.run(() => client.get('key'))
    t.equal(await get(), null)
    server.freeze()
    await t.rejects(Promise.all(Array.from({ length: 20 }, get)), /Command timed out/)
    const refused = performance.now()
    for (let i = 0; i < 1_000; i++) {
      await t.rejects(get(), { code: 'store_unavailable', status: 503, headers: { 'Retry-After': '1' } })
    }
    // A slow machine takes its time over a thousand refusals, and still far less than over twenty timeouts.
    t.ok(performance.now() - refused < 20 * TIMEOUT, 'a thousand are refused without a timeout')
    await waitUntil('several probes were sent', () => probes.all >= 3)
    t.equal(probes.most, 1, 'one at a time')
    server.thaw()
    const thawed = performance.now()
    await waitUntil('it is noticed', () => !isOpen(breaker))
    t.ok(performance.now() - thawed < 5_000, `${performance.now() - thawed} ms`)
    t.equal(await get(), null)
    const count = probes.all
    t.equal(await get(), null)
    t.equal(probes.all, count, 'and no more probes are sent')
  },
)

t.test(
  'one that stays silent so long that the connection ends is found again too',
  { skip: withoutRedis() },
  async t => {
    const { server, client, breaker } = await paused(t)
    server.freeze()
    await t.rejects(breaker.run(() => client.get('key')))
    await waitUntil('the connection has ended', () => client.status !== 'ready')
    t.ok(isOpen(breaker))
    server.thaw()
    const thawed = performance.now()
    await waitUntil('it is noticed', () => !isOpen(breaker))
    t.ok(performance.now() - thawed < 5_000, 'within seconds')
  },
)

t.test('what a server answers, even a refusal, stops nothing', async t => {
  let probes = 0
  const breaker = createCircuitBreaker({
    async probe() {
      probes++
    },
  })
  for (const message of [
    'READONLY',
    'Connection is closed.',
    'connect ECONNREFUSED',
    'WRONGTYPE timed out',
  ]) {
    await t.rejects(breaker.run(() => Promise.reject(new Error(message))))
    t.notOk(isOpen(breaker), message)
  }
  breaker.note('Command timed out')
  t.notOk(isOpen(breaker))
  t.equal(probes, 0)
})

t.test('a closed breaker asks nothing more', async t => {
  let probes = 0
  const breaker = createCircuitBreaker({
    async probe() {
      probes++
      throw new Error('no')
    },
    interval: 1,
  })
  breaker.note(new Error('Command timed out'))
  await waitUntil('it has asked', () => probes >= 3)
  breaker.close()
  const count = probes
  await new Promise(resolve => setTimeout(resolve, 30))
  t.ok(probes <= count + 1)
  t.ok(isOpen(breaker))
})

async function paused(t: Test) {
  const server = await startRedis(t)
  const client: RedisClient = connectRedis({ url: server.url, commandTimeout: TIMEOUT })
  t.teardown(() => client.disconnect())
  await waitUntil('the client is ready', () => client.status === 'ready')
  const probes = { all: 0, running: 0, most: 0 }
  const breaker = createCircuitBreaker({
    async probe() {
      probes.all++
      probes.most = Math.max(probes.most, ++probes.running)
      await client.ping().finally(() => probes.running--)
    },
  })
  t.teardown(() => breaker.close())
  return { server, client, breaker, probes }
}
