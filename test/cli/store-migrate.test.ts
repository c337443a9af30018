import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { stringify } from 'yaml'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { freePort, startRedis, withoutRedis } from '../store/start-redis.ts'
import { runPostern, workspace } from './run-postern.ts'

// Dozens of processes, one after the other.
t.setTimeout(180_000)

/** A workspace whose store holds a good token, a revoked one, a revocation and a sealed credential. */
async function filled(t: Test): Promise<{ cwd: string; ids: readonly string[] }> {
  const cwd = workspace(t)
  const ids = ['one', 'two'].map(
    name =>
      JSON.parse(runPostern(['token', 'create', '--name', name, '--scope', '*', '--json'], { cwd }).stdout)
        .id,
  )
  runPostern(['token', 'revoke', ids[1] ?? ''], { cwd })
  runPostern(['revocation', 'create', '--subject', 'gone'], { cwd })
  const store = openSqliteStore(join(cwd, 'postern.db'))
  await store.putSealed('key', 'value')
  await store.commit([{ key: 'client:a', before: undefined, after: 'a client', lists: ['x'] }])
  await store.close()
  return { cwd, ids }
}

/** What `token list` and `revocation list` say of a store. */
function contentOf(cwd: string, file: string): unknown[] {
  return ['token', 'revocation'].map(what => {
    const { status, stdout, stderr } = runPostern(['--config', file, what, 'list', '--json'], { cwd })
    if (status !== 0) throw new Error(stderr)
    return JSON.parse(stdout).toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1))
  })
}

function writeConfig(cwd: string, name: string, store: object): string {
  const config = {
    name: 'acme',
    apis: [{ name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }],
    auth: [{ type: 'token' }],
    store,
  }
  writeFileSync(join(cwd, name), stringify(config))
  return name
}

t.test('from file to file, and nothing into what is in use', async t => {
  const { cwd } = await filled(t)
  const before = contentOf(cwd, 'postern.yaml')
  const run = (...args: string[]) => runPostern(['store', 'migrate', ...args], { cwd })
  const copied = run('postern.yaml', 'sqlite:./other.db')
  t.equal(copied.status, 0, copied.stderr)
  t.equal(
    copied.stdout,
    'copied and compared: 2 tokens, 2 revocations, 1 sealed credentials, 1 records of OAuth\n',
  )
  t.match(copied.stderr, /from sqlite .*postern\.db\nto {3}sqlite .*other\.db\n.*Not copied.*OAuth access/s)
  const other = writeConfig(cwd, 'other.yaml', { type: 'sqlite', path: './other.db' })
  t.strictSame(contentOf(cwd, other), before)
  t.equal(run('postern.yaml', other).status, 0, 'once more')
  t.equal(run(other, 'postern.yaml').status, 0, 'and back, as it is the same installation')
  t.strictSame(contentOf(cwd, 'postern.yaml'), before)

  const foreign = writeConfig(cwd, 'foreign.yaml', { type: 'sqlite', path: './foreign.db' })
  runPostern(['-c', foreign, 'token', 'create', '--name', 'z', '--scope', '*'], { cwd })
  const theirs = contentOf(cwd, foreign)
  t.match(run('postern.yaml', foreign), { status: 1, stdout: '', stderr: /in use by another installation/ })
  t.strictSame(contentOf(cwd, foreign), theirs)
})

t.test('what can’t be copied is refused in words, and no password is shown', async t => {
  const { cwd } = await filled(t)
  mkdirSync(join(cwd, 'empty'))
  const memory = writeConfig(cwd, 'memory.yaml', { type: 'memory' })
  const dead = `redis://user:geheim@127.0.0.1:${await freePort()}/0?prefix=acme:`
  for (const [from, to, words] of [
    ['sqlite:./none.db', 'sqlite:./x.db', /there is no file .*none\.db/],
    ['none.yaml', 'sqlite:./x.db', /there is no file none\.yaml; write/],
    [memory, 'sqlite:./x.db', /lives only inside/],
    ['postern.yaml', memory, /lives only inside/],
    ['postern.yaml', 'sqlite:./postern.db', /Both are the same store/],
    ['postern.yaml', 'sqlite:', /write sqlite: and the path/],
    ['postern.yaml', 'redis://:geheim@127.0.0.1:6379/0', /prefix/],
    ['postern.yaml', 'redis://:geheim@127.0.0.1:6379/0?prefix=a:&tls=no', /one parameter/],
    ['postern.yaml', 'redis://:geheim@127.0.0.1:6379/0?prefix={a}', /not a key prefix/],
    [
      'postern.yaml',
      dead,
      /redis:\/\/127\.0\.0\.1:\d+\/0 with the prefix acme: can’t be asked: .*ECONNREFUSED/,
    ],
  ] as const) {
    const { status, stdout, stderr } = runPostern(['store', 'migrate', from, to], { cwd })
    t.equal(status, 1, `${from} ${to}`)
    t.equal(stdout, '')
    t.match(stderr, words)
    t.notMatch(stderr, 'geheim')
    t.notMatch(stderr, /\n\s+at .*\.[jt]s/, 'no stack')
  }
  t.notOk(existsSync(join(cwd, 'none.db')), 'a slip makes no file')
})

t.test('to Redis, to another Redis, and back to a file', { skip: withoutRedis() }, async t => {
  const { cwd, ids } = await filled(t)
  const before = contentOf(cwd, 'postern.yaml')
  const servers = await Promise.all([
    startRedis(t, undefined, ['--requirepass', 'geheim']),
    startRedis(t, undefined, ['--requirepass', 'geheim']),
  ])
  const [one = '', two = ''] = servers.map(({ url }) => `${url.replace('//', '//:geheim@')}?prefix=copy:`)
  const run = (...args: string[]) => runPostern(['store', 'migrate', ...args], { cwd })
  for (const [from, to] of [
    ['postern.yaml', one],
    [one, two],
    [two, 'sqlite:./back.db'],
  ] as const) {
    const copied = run(from, to)
    t.equal(copied.status, 0, copied.stderr)
    t.match(copied.stdout, /^copied and compared: 2 tokens, 2 revocations, 1 sealed credentials, 1 records/)
    t.notMatch(copied.stderr, 'geheim')
  }
  const redis = writeConfig(cwd, 'redis.yaml', {
    type: 'redis',
    url: two.replace(/\?.*/, ''),
    keyPrefix: 'copy:',
  })
  const back = writeConfig(cwd, 'back.yaml', { type: 'sqlite', path: './back.db' })
  for (const file of [redis, back]) t.strictSame(contentOf(cwd, file), before, file)
  const stores = ['postern.db', 'back.db'].map(name => openSqliteStore(join(cwd, name)))
  t.strictSame(stores[0]?.installation, stores[1]?.installation, 'the ids of credentials stay')
  for (const id of ids) t.strictSame(await stores[1]?.getToken(id), await stores[0]?.getToken(id))
  t.match(await stores[1]?.pageRecords({ kind: 'client', limit: 9 }), [{ value: 'a client', lists: ['x'] }])
  await Promise.all(stores.map(store => store.close()))
})
