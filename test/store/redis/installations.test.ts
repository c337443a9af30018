/** The contract of the stores over every way to a Redis: Sentinels, a Cluster, TLS, replicas that confirm. */
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { openRedisStore, type RedisStoreOptions } from '../../../src/store/redis/store.ts'
import { storeContract, tokenRecord } from '../contract.ts'
import { startRedis, withoutRedis } from '../start-redis.ts'
import { startCluster } from './start-cluster.ts'
import { startSentinel } from './start-sentinel.ts'
import { makeCertificates, startTlsRedis, withoutTlsRedis } from './start-tls-redis.ts'

t.setTimeout(90_000)

const skip = withoutRedis()

function contract(t: Test, options: Omit<RedisStoreOptions, 'keyPrefix'>): Promise<void> {
  // What a store does in time is told elsewhere: here a slow machine is no fault of an installation.
  const slowly = { ...options, keyPrefix: 'acme:', commandTimeout: 20_000 }
  return storeContract(t, () => openRedisStore(slowly), true)
}

t.test('Sentinels, with a password and a replica that confirms', { skip }, async t => {
  const { sentinels, master } = await startSentinel(t, { password: 'p', sentinelPassword: 's', steady: true })
  await contract(t, { sentinels, master, password: 'p', sentinelPassword: 's', replicas: 1 })
})

t.test('a Cluster', { skip }, async t => {
  const { urls } = await startCluster(t, { steady: true })
  await contract(t, { cluster: urls })
})

t.test('a Cluster with replicas that confirm', { skip }, async t => {
  const { urls } = await startCluster(t, { replicas: 3, steady: true })
  await contract(t, { cluster: urls, replicas: 1 })
})

t.test('TLS', { skip: withoutTlsRedis() }, async t => {
  const files = makeCertificates(t)
  const { url } = await startTlsRedis(t, files)
  await contract(t, { url, tls: { ca: files.ca, cert: files.clientCert, key: files.clientKey } })
})

t.test('a revocation that no replica confirms is not answered, and holds all the same', { skip }, async t => {
  const { sentinels, master, replica } = await startSentinel(t, { steady: true })
  const options = { sentinels, master, keyPrefix: 'acme:', commandTimeout: 2_000 }
  const careful = await openRedisStore({ ...options, replicas: 1 })
  const store = await openRedisStore(options)
  t.teardown(() => Promise.all([careful.close(), store.close()]))
  await careful.createToken(tokenRecord('tok_1'))
  replica.freeze()
  await t.rejects(careful.revokeToken('tok_1', 5_000), { code: 'store_unavailable' })
  await store.fresh()
  t.not((await store.findToken('hash-of-tok_1'))?.revokedAt, undefined)
  replica.thaw()
  t.equal(await careful.revokeToken('tok_1', 6_000), true, 'said again, it is confirmed')
})

t.test(
  'a primary that has lost its replicas tells nothing: another may be about to replace it',
  { skip },
  async t => {
    const { url } = await startRedis(t)
    const plain = await openRedisStore({ url, keyPrefix: 'acme:' })
    await plain.createToken(tokenRecord('tok_1'))
    const careful = await openRedisStore({ url, keyPrefix: 'acme:', replicas: 1 })
    const admin = new Redis(url)
    t.teardown(async () => {
      admin.disconnect()
      await Promise.all([plain.close(), careful.close()])
    })
    await careful.fresh()
    await admin.config('SET', 'min-replicas-to-write', '1')
    await t.rejects(async () => careful.fresh(), { code: 'store_unavailable', detail: /NOREPLICAS/ })
    await admin.config('SET', 'min-replicas-to-write', '0')
    await careful.fresh()
  },
)
