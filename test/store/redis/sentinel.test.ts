/** A store behind Sentinels, and what a failover does to it. */
import t from 'tap'
import { connectRedis, lastConnectionError } from '../../../src/store/redis/connection.ts'
import { waitUntil, withoutRedis } from '../start-redis.ts'
import { startSentinel } from './start-sentinel.ts'

t.setTimeout(60_000)

const skip = withoutRedis()

t.test('the primary is asked, and after a failover the next one, by the same client', { skip }, async t => {
  const { sentinels, master, primary, replica, failedOver } = await startSentinel(t, {
    password: 's3cr3t',
    sentinelPassword: 's3ntin3l',
  })
  const client = connectRedis({
    sentinels,
    master,
    password: 's3cr3t',
    sentinelPassword: 's3ntin3l',
    db: 1,
    commandTimeout: 2_000,
  })
  t.teardown(() => client.disconnect())
  await waitUntil('the client is ready', () => client.status === 'ready')
  t.match(await client.info('server'), `tcp_port:${primary.port}`)
  t.equal(await client.set('key', 'value'), 'OK')
  t.equal(await client.wait(1, 1_000), 1)

  await primary.kill()
  await t.rejects(client.get('key'), 'nobody is asked instead, least of all the replica')
  await failedOver()
  const named = performance.now()
  await waitUntil('the client is ready', () => client.status === 'ready')
  t.ok(performance.now() - named < 8_000, 'within seconds')
  t.match(await client.info('server'), `tcp_port:${replica.port}`)
  t.equal(await client.get('key'), 'value')
  t.equal(await client.set('key', 'other'), 'OK')
})

t.test(
  'a primary that has become a replica is left for the one that the Sentinels name',
  { skip },
  async t => {
    const { sentinels, master, primary, replica, failedOver } = await startSentinel(t)
    const client = connectRedis({ sentinels, master, commandTimeout: 2_000 })
    t.teardown(() => client.disconnect())
    await waitUntil('the client is ready', () => client.status === 'ready')
    primary.freeze()
    await failedOver()
    primary.thaw()
    await waitUntil('writes go to the new primary', async () => {
      try {
        return (
          (await client.set('key', 'value')) === 'OK' &&
          (await client.info('server')).includes(`:${replica.port}`)
        )
      } catch {
        return false
      }
    })
    t.equal(await client.get('key'), 'value')
  },
)

t.test('Sentinels that can’t be reached, refuse or know no such master hang nothing', { skip }, async t => {
  const { sentinels, master } = await startSentinel(t, { sentinelPassword: 'right' })
  const [dead = { host: '127.0.0.1', port: 1 }] = sentinels
  const cases = [
    { sentinels: [dead], master, sentinelPassword: 'right' },
    { sentinels, master, sentinelPassword: 's3cr3t' },
    { sentinels, master: 'another', sentinelPassword: 'right' },
  ]
  for (const options of cases) {
    const client = connectRedis({ ...options, commandTimeout: 300 })
    t.teardown(() => client.disconnect())
    await t.rejects(client.get('key'))
    await waitUntil('the client says why not', () => lastConnectionError(client) !== undefined)
    const error = lastConnectionError(client)
    t.match(error?.message, /All sentinels are unreachable/)
    t.notMatch(`${error?.stack}${JSON.stringify(error)}`, 's3cr3t')
    await t.rejects(client.get('key'))
  }
})
