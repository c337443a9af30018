import t from 'tap'
import { confirmWrite } from '../../../src/store/redis/confirm-write.ts'
import { connectRedis } from '../../../src/store/redis/connection.ts'
import { startRedis, waitUntil, withoutRedis } from '../start-redis.ts'
import { startCluster } from './start-cluster.ts'

t.setTimeout(60_000)

const skip = withoutRedis()

t.test('a write is confirmed by as many replicas as there are, and no more', { skip }, async t => {
  const primary = await startRedis(t, undefined, ['--repl-diskless-sync-delay', '0'])
  const replica = await startRedis(t, undefined, ['--replicaof', '127.0.0.1', String(primary.port)])
  const client = connectRedis({ url: primary.url, commandTimeout: 2_000 })
  t.teardown(() => client.disconnect())
  await waitUntil('the client is ready', () => client.status === 'ready')
  await waitUntil('the replica follows', async () =>
    (await client.info('replication')).includes('state=online'),
  )
  const write = (replicas: number, timeout: number) =>
    confirmWrite(client, 'key', { replicas, timeout }, node => node.incr('key'))

  t.equal(await write(0, 100), 1)
  t.equal(await write(1, 1_500), 2, 'the answer is that of the write')
  await t.rejects(write(2, 100), { code: 'store_unavailable', detail: /only 1 of 2 replicas/ })
  replica.freeze()
  await t.rejects(write(1, 100), { code: 'store_unavailable', detail: /only 0 of 1 replicas/ })
  t.equal(await write(0, 100), 5, 'what was not confirmed stays written')
  replica.thaw()
  t.equal(await write(1, 1_500), 6)
})

t.test('a write that fails rejects with its own reason', { skip }, async t => {
  const { url } = await startRedis(t)
  const client = connectRedis({ url })
  t.teardown(() => client.disconnect())
  await waitUntil('the client is ready', () => client.status === 'ready')
  await client.set('key', 'text')
  const failing = confirmWrite(client, 'key', { replicas: 1, timeout: 50 }, node => node.incr('key'))
  await t.rejects(failing, /not an integer/)
})

t.test('in a Cluster the node that took the write is asked, whichever it is', { skip }, async t => {
  const { urls, primaries, replicas, ownerOf } = await startCluster(t, { replicas: 3 })
  const client = connectRedis({ cluster: urls, commandTimeout: 2_000 })
  t.teardown(() => client.disconnect())
  await waitUntil('the client is ready', () => client.status === 'ready')
  const write = (key: string, timeout: number) =>
    confirmWrite(client, key, { replicas: 1, timeout }, node => node.set(key, 'value'))
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) t.equal(await write(key, 1_500), 'OK', key)

  const owner = await ownerOf('a')
  replicas[primaries.indexOf(owner)]?.freeze()
  await t.rejects(write('a', 100), { code: 'store_unavailable' })
  const elsewhere = ['b', 'c', 'd', 'e', 'f']
  for (const key of elsewhere) {
    if ((await ownerOf(key)) !== owner) t.equal(await write(key, 1_500), 'OK', `${key} has another replica`)
  }
})
