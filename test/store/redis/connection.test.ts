import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import {
  connectRedis,
  lastConnectionError,
  type RedisClient,
  type RedisConnectionOptions,
} from '../../../src/store/redis/connection.ts'
import { freePort, READY, startRedis, startRedisProcess, waitUntil, withoutRedis } from '../start-redis.ts'

t.setTimeout(60_000)

const skip = withoutRedis()

function connect(t: Test, options: RedisConnectionOptions): RedisClient {
  const client = connectRedis({ commandTimeout: 2_000, ...options })
  t.teardown(() => client.disconnect())
  return client
}

async function isReady(client: RedisClient): Promise<void> {
  await waitUntil('the client is ready', () => client.status === 'ready')
}

async function failure(client: RedisClient): Promise<Error> {
  await waitUntil('the client says why not', () => lastConnectionError(client) !== undefined)
  const error = lastConnectionError(client)
  if (error === undefined) throw new Error('no error')
  return error
}

t.test('options that name no server or several are refused', async t => {
  const refused = (options: RedisConnectionOptions) =>
    t.throws(() => connectRedis(options), { code: 'configuration_invalid' })
  refused({})
  refused({ url: 'redis://127.0.0.1', cluster: ['redis://127.0.0.1'] })
  refused({ sentinels: [], master: 'mymaster' })
  refused({ sentinels: [{ host: '127.0.0.1', port: 1 }] })
  refused({ cluster: [] })
  refused({ url: 'http://127.0.0.1' })
})

t.test('user, password and database come from the URL or from beside it', { skip }, async t => {
  const acl = ['--requirepass', 'p%w', '--user', ...'gateway on >s3:cr/t@ ~* &* +@all'.split(' ')]
  const { port } = await startRedis(t, undefined, acl)
  const ways: RedisConnectionOptions[] = [
    { url: `redis://gateway:s3%3Acr%2Ft%40@127.0.0.1:${port}/2` },
    { url: `redis://127.0.0.1:${port}`, username: 'gateway', password: 's3:cr/t@', db: 2 },
    { url: `redis://:p%25w@127.0.0.1:${port}/2` },
    { url: `redis://127.0.0.1:${port}`, password: 'p%w', db: 2 },
  ]
  for (const options of ways) {
    const client = connect(t, { ...options, clientName: 'postern-7' })
    await isReady(client)
    t.match(await client.call('CLIENT', 'INFO'), / name=postern-7 .* db=2 /)
  }
})

t.test('a Unix socket', { skip }, async t => {
  const socket = `${t.testdir()}/redis.sock`
  await startRedisProcess(t, ['--port', '0', '--unixsocket', socket, '--save', ''], READY)
  const client = connect(t, { url: `unix://${socket}` })
  await isReady(client)
  t.equal(await client.set('key', 'value'), 'OK')
})

t.test('a wrong password is told, but never shown', { skip }, async t => {
  const { port } = await startRedis(t, undefined, ['--requirepass', 'right'])
  for (const url of [`redis://:s3cr3t@127.0.0.1:${port}`, `redis://user:s3cr3t@127.0.0.1:${port}`]) {
    const client = connect(t, { url })
    const error = await failure(client)
    t.match(error.message, /WRONGPASS/)
    t.notMatch(`${error.stack}${JSON.stringify(error)}${Object.values(error)}`, 's3cr3t')
    await t.rejects(client.get('key'))
  }
})

t.test('a replica is refused, whatever it would answer, and so is who may not say', { skip }, async t => {
  const primary = await startRedis(t)
  const replica = await startRedis(t, undefined, ['--replicaof', '127.0.0.1', String(primary.port)])
  const client = connect(t, { url: replica.url })
  t.match((await failure(client)).message, /it is a replica/)
  await t.rejects(client.get('key'))
  const admin = new Redis(replica.url)
  t.teardown(() => admin.disconnect())
  await admin.replicaof('NO', 'ONE')
  await isReady(client)
  t.equal(await client.get('key'), null, 'once it is a primary, it is taken')

  const mute = await startRedis(t, undefined, ['--user', ...'gateway on >x ~* +@all -info'.split(' ')])
  const unknown = connect(t, { url: `redis://gateway:x@127.0.0.1:${mute.port}` })
  t.match((await failure(unknown)).message, /allow the user \+info/)
})

t.test('a primary that becomes a replica is left at the first write that it refuses', { skip }, async t => {
  const [one, two] = [await startRedis(t), await startRedis(t)]
  const client = connect(t, { url: one.url })
  await isReady(client)
  const admin = new Redis(one.url)
  t.teardown(() => admin.disconnect())
  await admin.replicaof('127.0.0.1', two.port)
  await t.rejects(client.set('key', 'value'), /READONLY/)
  t.match((await failure(client)).message, /it is a replica/)
})

t.test(
  'while there is no connection commands fail at once, and none of them is done later',
  { skip },
  async t => {
    const port = await freePort()
    const client = connect(t, { url: `redis://127.0.0.1:${port}` })
    const started = performance.now()
    await t.rejects(client.set('key', 'value'))
    t.match(await failure(client), { code: 'ECONNREFUSED' })
    await t.rejects(client.set('key', 'value'))
    t.ok(performance.now() - started < 2_000)
    const server = await startRedis(t, port)
    const up = performance.now()
    await isReady(client)
    t.ok(performance.now() - up < 8_000, 'found within seconds')
    t.equal(await client.get('key'), null)
    await server.kill()
    await waitUntil('the loss is noticed', () => client.status !== 'ready')
    await t.rejects(client.get('key'))
  },
)
