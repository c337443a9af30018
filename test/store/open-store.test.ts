import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openStore } from '../../src/store/open-store.ts'
import { hasFastMembers } from '../has-fast-members.ts'
import { tokenRecord } from './contract.ts'
import { freePort, startRedis, withoutRedis } from './start-redis.ts'

const skip = withoutRedis()

t.test('sqlite: the path is relative to the configuration file', async t => {
  const directory = t.testdir()
  const store = await openStore({ directory, store: { type: 'sqlite', path: './postern.db' } })
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  t.ok(existsSync(join(directory, 'postern.db')))
})

t.test('memory: two stores share nothing', async t => {
  const options = { directory: '.', store: { type: 'memory' } } as const
  const [one, two] = [await openStore(options), await openStore(options)]
  await one.createToken(tokenRecord('tok_1'))
  t.equal(await two.findToken('hash-of-tok_1'), undefined)
})

t.test('redis: keys begin with the configured prefix', { skip }, async t => {
  const { url } = await startRedis(t)
  const open = (keyPrefix: string) => openStore({ directory: '.', store: { type: 'redis', url, keyPrefix } })
  const stores = [await open('acme:'), await open('other:'), await open('acme:')]
  t.teardown(() => Promise.all(stores.map(store => store.close())))
  await stores[0]?.createToken(tokenRecord('tok_1'))
  t.equal(await stores[1]?.findToken('hash-of-tok_1'), undefined)
  t.ok(hasFastMembers(String.prototype), 'whatever the client does to strings')
  t.ok(await stores[2]?.findToken('hash-of-tok_1'))
})

t.test('redis: a server that is not there fails questions, not the start', async t => {
  const url = `redis://127.0.0.1:${await freePort()}`
  const store = await openStore({ directory: '.', store: { type: 'redis', url, keyPrefix: 'acme:' } })
  t.teardown(() => store.close())
  await t.rejects(store.ready(), { code: 'store_unavailable' })
})
