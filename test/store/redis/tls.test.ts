/** TLS to Redis: certificates are verified, whatever the way to the server, and can't be left unverified. */
import t, { type Test } from 'tap'
import { parseRedisAddress } from '../../../src/config/redis-address.ts'
import {
  connectRedis,
  lastConnectionError,
  type RedisClient,
  type RedisConnectionOptions,
} from '../../../src/store/redis/connection.ts'
import { waitUntil } from '../start-redis.ts'
import { startCluster } from './start-cluster.ts'
import { startSentinel } from './start-sentinel.ts'
import { makeCertificates, startTlsRedis, withoutTlsRedis } from './start-tls-redis.ts'

t.setTimeout(60_000)

const skip = withoutTlsRedis()

function connect(t: Test, options: RedisConnectionOptions): RedisClient {
  const client = connectRedis({ commandTimeout: 2_000, ...options })
  t.teardown(() => client.disconnect())
  return client
}

async function answers(t: Test, client: RedisClient): Promise<void> {
  await waitUntil('the client is ready', () => client.status === 'ready')
  t.equal(await client.set('key', 'value'), 'OK')
}

async function refuses(t: Test, client: RedisClient, reason: RegExp): Promise<void> {
  await waitUntil('the client says why not', () => lastConnectionError(client) !== undefined)
  t.match(lastConnectionError(client)?.message, reason)
  await t.rejects(client.get('key'))
}

t.test('one server: its certificate, its name and ours', { skip }, async t => {
  const files = makeCertificates(t)
  const { ca, clientCert: cert, clientKey: key, strangerCa } = files
  const { url } = await startTlsRedis(t, files)
  await answers(t, connect(t, { url, tls: { ca, cert, key } }))
  await answers(t, connect(t, { url, tls: { ca, cert, key, serverName: 'redis.test' } }))
  await refuses(t, connect(t, { url, tls: { cert, key } }), /unable to verify|self.signed/)
  await refuses(t, connect(t, { url, tls: { ca: strangerCa, cert, key } }), /certificate|signature/)
  await refuses(t, connect(t, { url, tls: { ca, cert, key, serverName: 'evil.test' } }), /does not match/)
  await refuses(t, connect(t, { url, tls: { ca } }), /certificate required|ECONNRESET|closed|write EPIPE/i)
})

t.test('the environment can’t switch verification off', { skip }, async t => {
  const files = makeCertificates(t)
  const { url } = await startTlsRedis(t, files, false)
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.teardown(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  })
  await refuses(t, connect(t, { url, tls: { ca: files.strangerCa } }), /certificate|signature/)
  t.hasProp(parseRedisAddress('rediss://host?rejectUnauthorized=false'), 'mistake')
})

t.test('plain text is not spoken to a server with TLS, nor TLS given up', { skip }, async t => {
  const files = makeCertificates(t)
  const { url } = await startTlsRedis(t, files, false)
  const plain = connect(t, { url: url.replace('rediss:', 'redis:') })
  await refuses(t, plain, /./)
})

t.test('Sentinels and the servers that they name', { skip }, async t => {
  const files = makeCertificates(t)
  const { ca } = files
  const { sentinels, master, failedOver, primary } = await startSentinel(t, { certificates: files })
  const tls = { ca }
  const client = connect(t, { sentinels, master, tls })
  await answers(t, client)
  await refuses(
    t,
    connect(t, { sentinels, master, tls: { ca: files.strangerCa } }),
    /All sentinels are unreachable/,
  )
  await refuses(t, connect(t, { sentinels, master }), /All sentinels are unreachable/)
  await primary.kill()
  await failedOver()
  await answers(t, client)
})

t.test('all nodes of a Cluster', { skip }, async t => {
  const files = makeCertificates(t)
  const { ca } = files
  const { urls } = await startCluster(t, { certificates: files })
  for (const cluster of [urls, urls.map(url => url.replace('127.0.0.1', 'localhost')).slice(0, 1)]) {
    const serverName = cluster === urls ? {} : { serverName: 'redis.test' }
    const client = connect(t, { cluster, tls: { ca, ...serverName } })
    await waitUntil('the client is ready', () => client.status === 'ready')
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) t.equal(await client.set(key, 'value'), 'OK')
  }
  await refuses(
    t,
    connect(t, { cluster: urls, tls: { ca, serverName: 'evil.test' } }),
    /does not match|closed/,
  )
  await refuses(t, connect(t, { cluster: urls }), /unable to verify|self.signed|closed/)
})

t.test('files that can’t be used are named', { skip }, async t => {
  const { ca, clientCert: cert, clientKey: key } = makeCertificates(t)
  const url = 'rediss://127.0.0.1:1'
  const refused = (tls: NonNullable<RedisConnectionOptions['tls']>, message: RegExp) =>
    t.throws(() => connectRedis({ url, tls }), { code: 'configuration_invalid', message })
  refused({ ca: './nowhere.pem' }, /store\.tls\.ca: the file .*nowhere\.pem can’t be read/)
  refused({ ca: key }, /store\.tls\.ca: .* holds no PEM certificate/)
  refused({ cert, key: ca }, /store\.tls\.key: .* holds no PEM key/)
  refused({ cert: ca, key }, /store\.tls: the certificates or the key can’t be used/)
})
