/** Connections to a Redis Cluster: its primaries alone are asked, and what moves is followed. */
import { Cluster, Redis } from 'ioredis'
import t from 'tap'
import { confirmWrite } from '../../../src/store/redis/confirm-write.ts'
import { connectRedis, lastConnectionError, type RedisClient } from '../../../src/store/redis/connection.ts'
import { freePort, waitUntil, withoutRedis } from '../start-redis.ts'
import { startCluster } from './start-cluster.ts'

t.setTimeout(60_000)

const skip = withoutRedis()
const KEY = '{acme:}key'

t.test('keys of one slot are used together, wherever the slot is and goes', { skip }, async t => {
  const { urls, primaries, ownerOf } = await startCluster(t, { password: 's3cr3t' })
  const client = connectRedis({
    cluster: [`redis://127.0.0.1:${await freePort()}`, ...urls.slice(0, 1)],
    password: 's3cr3t',
  })
  t.teardown(() => client.disconnect())
  await isReady(client)
  const script = 'return {redis.call("INCR", KEYS[1]), redis.call("INCR", KEYS[2])}'
  t.same(await client.eval(script, 2, KEY, '{acme:}other'), [1, 1])

  const from = await ownerOf(KEY)
  const to = primaries.find(node => node !== from) ?? from
  const slot = Number(await from.admin.call('CLUSTER', 'KEYSLOT', KEY))
  await to.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id)
  await from.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id)
  await from.admin.call(
    ...([
      'MIGRATE',
      '127.0.0.1',
      to.port,
      '',
      0,
      1_000,
      'AUTH',
      's3cr3t',
      'KEYS',
      KEY,
      '{acme:}other',
    ] as const),
  )
  for (const { admin } of [to, from]) await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id)
  t.same(await client.eval(script, 2, KEY, '{acme:}other'), [2, 2], 'followed to its new node')
})

t.test(
  'after the loss of a node its replica is asked, but only once it is the primary',
  { skip },
  async t => {
    const { urls, ownerOf } = await startCluster(t, { replicas: 3 })
    const client = connectRedis({ cluster: urls, commandTimeout: 500 })
    t.teardown(() => client.disconnect())
    await isReady(client)
    const owner = await ownerOf(KEY)
    await confirmWrite(client, KEY, { replicas: 1, timeout: 1_000 }, node => node.set(KEY, 'value'))

    if (!(client instanceof Cluster)) throw new Error('not a Cluster')
    await waitUntil('the client knows the replica', () => {
      client.refreshSlotsCache()
      return client.nodes('slave').length > 0
    })
    for (const { options } of client.nodes('slave')) {
      // A connection of our own: the client drops its own ones whenever it learns the slots anew.
      const replica = new Redis({ host: options.host, port: options.port })
      t.teardown(() => replica.disconnect())
      await t.rejects(replica.get(KEY), /^MOVED/, 'a replica answers nothing itself')
    }
    await owner.kill()
    await t.rejects(client.get(KEY))
    await waitUntil('the replica is primary', async () => {
      const value = await client.get(KEY).catch(() => undefined)
      return value === 'value'
    })
    t.equal(await client.set(KEY, 'other'), 'OK')
  },
)

t.test('a Cluster that dies and comes back is found by the same client', { skip }, async t => {
  const { urls, primaries } = await startCluster(t)
  const client = connectRedis({ cluster: urls, commandTimeout: 500 })
  t.teardown(() => client.disconnect())
  await isReady(client)
  t.equal(await client.set(KEY, 'value'), 'OK')
  for (const node of primaries) node.freeze()
  const started = performance.now()
  await t.rejects(client.get(KEY))
  t.ok(performance.now() - started < 5_000)
  for (const node of primaries) node.thaw()
  const thawed = performance.now()
  await waitUntil('it answers', async () => (await client.get(KEY).catch(() => undefined)) === 'value')
  t.ok(performance.now() - thawed < 8_000, 'within seconds')
})

t.test(
  'a Cluster that can’t be reached, or refuses, hangs nothing and shows no password',
  { skip },
  async t => {
    const { urls } = await startCluster(t, { password: 'right' })
    const dead = `redis://127.0.0.1:${await freePort()}`
    for (const cluster of [[dead], urls.map(url => url.replace('//', '//:s3cr3t@'))]) {
      const client = connectRedis({ cluster, commandTimeout: 300 })
      t.teardown(() => client.disconnect())
      await t.rejects(client.get(KEY))
      await waitUntil('the client says why not', () => lastConnectionError(client) !== undefined)
      const error = lastConnectionError(client)
      t.match(error?.message, cluster[0] === dead ? /ECONNREFUSED|closed/ : /WRONGPASS/)
      const shown = [error, await client.get(KEY).catch(reason => reason)].map(each => [
        each?.stack,
        JSON.stringify(each),
        JSON.stringify(each?.lastNodeError),
      ])
      t.notMatch(JSON.stringify(shown), 's3cr3t')
    }
  },
)

async function isReady(client: RedisClient): Promise<void> {
  await waitUntil('the client is ready', () => client.status === 'ready')
}
