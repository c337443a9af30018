/** The ACL that docs/fleet.md names is enough for everything that Postern does, and lets it do nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import t from 'tap'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { storeContract, tokenRecord } from '../contract.ts'
import { startRedis, waitUntil, withoutRedis } from '../start-redis.ts'
import { startCluster } from './start-cluster.ts'
import { startSentinel } from './start-sentinel.ts'

const skip = withoutRedis()
const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8')
const [, block = ''] = /```acl\n([\s\S]*?)```/.exec(page) ?? []
/** One line, as an ACL file has it. */
const user = block.replace(/\s*\\\n\s*/g, ' ').trim()
const words = user.split(' ')
const password = />(\S+)/.exec(user)?.[1] ?? ''
/** What the page adds for a Cluster. */
const CLUSTER = (/For a Cluster add `([^`]+)`/.exec(page)?.[1] ?? '').split(' ')

t.test('the documented user may do what the store does, and no more', { skip }, async t => {
  t.match(user, /^user postern on >\S+ ~\{acme:\}\* /)
  const directory = mkdtempSync(join(tmpdir(), 'postern-acl-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'users.acl')
  writeFileSync(file, `user default on >administrator ~* &* +@all\n${user}\n`)
  const server = await startRedis(t, undefined, ['--aclfile', file])
  const open = (keyPrefix: string) =>
    openRedisStore({ url: server.url, username: 'postern', password, keyPrefix })
  const admin = new Redis(server.url, { password: 'administrator' })
  t.teardown(() => admin.disconnect())

  await t.test('the whole contract of the store', async t => {
    await storeContract(t, () => open('acme:'), true)
  })

  await t.test('nothing was refused', async t => {
    const denied = (await admin.call('ACL', 'LOG')) as unknown[]
    t.strictSame(denied, [])
  })

  await t.test('another installation’s keys are out of reach', async t => {
    const other = await open('other:')
    t.teardown(() => other.close())
    await t.rejects(other.ready(), { code: 'store_unavailable' })
    t.strictSame(await admin.keys('*other*'), [])
  })

  await t.test('what would harm others is not allowed', async t => {
    for (const command of [
      ['FLUSHALL'],
      ['KEYS', '*'],
      ['CONFIG', 'GET', '*'],
      ['ACL', 'LIST'],
      ['MONITOR'],
    ]) {
      const answer = await admin.call('ACL', 'DRYRUN', 'postern', ...command)
      t.match(String(answer), /no permissions/i, command.join(' '))
    }
  })
})

t.test('the same user with what a Cluster needs besides', { skip, timeout: 60_000 }, async t => {
  const cluster = await startCluster(t, { replicas: 1 })
  const rules = [...words.slice(2), ...CLUSTER]
  for (const { admin } of [...cluster.primaries, ...cluster.replicas]) {
    await admin.call('ACL', 'SETUSER', 'postern', ...rules)
  }
  const store = await openRedisStore({
    cluster: cluster.urls.map(url => url.replace(/\/0$/, '')),
    username: 'postern',
    password,
    keyPrefix: 'acme:',
  })
  t.teardown(() => store.close())
  await waitUntil('the store answers', () => answers(store))
  await store.createToken(tokenRecord('tok_1'))
  t.ok(await store.revokeToken('tok_1', 1))
  for (const { admin } of cluster.primaries) t.strictSame(await admin.call('ACL', 'LOG'), [])
})

t.test('the same user behind Sentinels, with confirmed writes', { skip, timeout: 60_000 }, async t => {
  const { primary, replica, sentinels, master } = await startSentinel(t)
  const admins = [primary, replica].map(({ port }) => new Redis(port))
  t.teardown(() => {
    for (const admin of admins) admin.disconnect()
  })
  for (const admin of admins) await admin.call('ACL', 'SETUSER', 'postern', ...words.slice(2))
  const store = await openRedisStore({
    sentinels,
    master,
    username: 'postern',
    password,
    replicas: 1,
    keyPrefix: 'acme:',
  })
  t.teardown(() => store.close())
  await waitUntil('the store answers', () => answers(store))
  await store.createToken(tokenRecord('tok_1'))
  t.ok(await store.revokeToken('tok_1', 1))
  for (const admin of admins) t.strictSame(await admin.call('ACL', 'LOG'), [])
})

function answers(store: Store): Promise<boolean> {
  return store.ready().then(
    () => true,
    () => false,
  )
}
