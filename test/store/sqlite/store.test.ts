import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { storeContract, tokenRecord } from '../contract.ts'
import { oauthRecord } from '../oauth-tokens-contract.ts'

const writer = fileURLToPath(new URL('./write-tokens.ts', import.meta.url))

t.test('contract', t => {
  const path = join(t.testdir(), 'postern.db')
  return storeContract(t, () => openSqliteStore(path), true)
})

t.test('records survive closing', async t => {
  const path = join(t.testdir(), 'postern.db')
  const first = openSqliteStore(path)
  await first.createToken(tokenRecord('tok_1'))
  await first.revokeToken('tok_1', 5)
  await first.close()
  const second = openSqliteStore(path)
  t.teardown(() => second.close())
  t.strictSame(await second.findToken('hash-of-tok_1'), tokenRecord('tok_1', { revokedAt: 5, sequence: 1 }))
})

t.test('the file, its log and its index are for the owner alone', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  for (const suffix of ['', '-wal', '-shm']) {
    t.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix)
  }
})

t.test('an existing file loses the permissions of strangers', async t => {
  const path = join(t.testdir(), 'postern.db')
  await openSqliteStore(path).close()
  chmodSync(path, 0o664)
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  t.equal(statSync(path).mode & 0o777, 0o660)
})

t.test('what can’t be opened is a plain mistake in the configuration', async t => {
  const directory = t.testdir({
    'text.db': 'this is no database, and long enough to be read as one'.repeat(20),
  })
  const bad = { code: 'configuration_invalid' }
  t.throws(() => openSqliteStore(join(directory, 'missing', 'postern.db')), bad)
  t.throws(() => openSqliteStore(join(directory, 'text.db')), bad)
  t.throws(() => openSqliteStore(directory), bad)
})

t.test('a database of another program or of a newer version is left alone', async t => {
  const directory = t.testdir()
  const foreign = new DatabaseSync(join(directory, 'foreign.db'))
  foreign.exec('CREATE TABLE customers (id INTEGER)')
  foreign.close()
  t.throws(() => openSqliteStore(join(directory, 'foreign.db')), { message: /another program/ })

  await openSqliteStore(join(directory, 'newer.db')).close()
  const newer = new DatabaseSync(join(directory, 'newer.db'))
  newer.exec('UPDATE schema_version SET version = 99')
  newer.close()
  t.throws(() => openSqliteStore(join(directory, 'newer.db')), { message: /newer version/ })
})

t.test('a file that was replaced under the running gateway is not ready any more', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.ready()
  renameSync(path, `${path}.old`)
  await t.rejects(store.ready(), { code: 'store_unavailable' })
  writeFileSync(path, '')
  await t.rejects(store.ready(), { code: 'store_unavailable' })
})

t.test('a damaged row refuses instead of guessing', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  const other = new DatabaseSync(path)
  for (const scopes of ['*', '"*"', '{}']) {
    other.prepare('UPDATE tokens SET scopes = ?').run(scopes)
    t.throws(() => store.findToken('hash-of-tok_1'), { code: 'store_unavailable' }, scopes)
  }
  other.close()
})

t.test('a write that waits in vain for another process is refused, reads go on', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.createToken(tokenRecord('tok_1'))
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  t.ok(store.findToken('hash-of-tok_1'))
  await t.rejects(store.revokeToken('tok_1', 1), { code: 'store_unavailable' })
  other.exec('ROLLBACK')
  other.close()
  t.equal(await store.revokeToken('tok_1', 1), true)
})

t.test('repeated questions are answered with the same object, until something is committed', async t => {
  const path = join(t.testdir(), 'postern.db')
  const [store, other] = [openSqliteStore(path), openSqliteStore(path)]
  t.teardown(() => Promise.all([store.close(), other.close()]))
  await store.createToken(tokenRecord('tok_1'))
  await store.fresh()
  const first = store.findToken('hash-of-tok_1')
  t.ok(first)
  await store.fresh()
  t.equal(store.findToken('hash-of-tok_1'), first)
  await other.createToken(tokenRecord('tok_2'))
  await store.fresh()
  t.not(store.findToken('hash-of-tok_1'), first)
})

t.test('several processes may open a new file at once and write to it', async t => {
  const path = join(t.testdir(), 'postern.db')
  const children = ['x', 'y', 'z'].map(name => spawn(process.execPath, [writer, path, name, '5']))
  const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0]))
  t.strictSame(codes, [0, 0, 0])
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  t.equal((await store.listTokens()).length, 15)
})

t.test('kill -9 loses nothing that was answered', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  const child = spawn(process.execPath, [writer, path, 'k', 'endless'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let answered = ''
  for await (const chunk of child.stdout) {
    answered += chunk
    if (answered.split('\n').length > 25) child.kill('SIGKILL')
  }
  const lines = answered.split('\n').slice(0, -1)
  t.ok(lines.length >= 25)
  for (const line of lines) {
    const [what, id] = line.split(' ')
    const record = await store.findToken(`hash-of-${id}`)
    if (what === 'committed') t.equal(await store.getRecord(`code:${id}`), 'committed', line)
    else t.ok(what === 'created' ? record : record?.revokedAt === 42, line)
  }
})

/** What the schema before records and OAuth tokens had instead. */
const VERSION_3 = `
  DROP TABLE record_lists;
  DROP TABLE records;
  DROP INDEX oauth_tokens_by_end;
  DROP INDEX tokens_by_age;
  DROP INDEX tokens_by_subject;
  ALTER TABLE tokens DROP COLUMN oauth;
  CREATE INDEX tokens_by_age ON tokens (created_at, id);
  CREATE INDEX tokens_by_subject ON tokens (subject, created_at, id);
  UPDATE schema_version SET version = 3`

t.test('a file of an earlier version keeps its tokens, and takes records and OAuth tokens', async t => {
  const path = join(t.testdir(), 'postern.db')
  const earlier = openSqliteStore(path)
  await earlier.createToken(tokenRecord('tok_1'))
  const before = await earlier.getToken('tok_1')
  await earlier.close()
  const database = new DatabaseSync(path)
  database.exec(VERSION_3)
  database.close()
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  t.strictSame(await store.getToken('tok_1'), before)
  t.strictSame(await store.listTokens(), [before])
  await store.createToken(oauthRecord('oat_1'))
  t.equal((await store.findToken('hash-of-oat_1'))?.oauth?.grant, 'gra_1')
  t.equal(await store.commit([{ key: 'code:a', before: undefined, after: 'x' }]), true)
})

t.test('expired records and OAuth tokens leave the file, a few with each change', async t => {
  const path = join(t.testdir(), 'postern.db')
  let now = 1_000
  const store = openSqliteStore(path, () => now)
  const database = new DatabaseSync(path, { readOnly: true })
  t.teardown(async () => {
    database.close()
    await store.close()
  })
  const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
  for (let i = 0; i < 40; i++) {
    const key = `flow:${i}` as const
    await store.commit([{ key, before: undefined, after: 'f', expiresAt: 2_000, lists: ['a', 'b'] }])
    await store.createToken(oauthRecord(`oat_${i}`, { expiresAt: 2_000 }))
  }
  t.strictSame(['records', 'record_lists', 'tokens'].map(count), [40, 80, 40])
  now = 2_000 + 3_600_000
  await store.commit([{ key: 'flow:x', before: undefined, after: 'f' }])
  await store.createToken(oauthRecord('oat_x'))
  t.strictSame(['records', 'record_lists', 'tokens'].map(count), [37, 72, 37])
  for (let i = 0; i < 12; i++) {
    await store.commit([{ key: `code:${i}`, before: undefined, after: 'f' }])
    await store.createToken(oauthRecord(`oat_x${i}`))
  }
  t.strictSame(['records', 'record_lists', 'tokens'].map(count), [13, 0, 13])
})

t.test('damaged lists of a record, or the OAuth part of a token, refuse instead of guessing', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.commit([{ key: 'grant:a', before: undefined, after: 'x', lists: ['ada'] }])
  await store.createToken(oauthRecord('oat_1'))
  const database = new DatabaseSync(path)
  for (const damage of ['{}', '{', '"text"', 'null', '{"grant":1}']) {
    database.prepare('UPDATE records SET lists = ?').run(damage)
    database.prepare('UPDATE tokens SET oauth = ?').run(damage)
    await t.rejects(store.pageRecords({ kind: 'grant', limit: 9 }), { code: 'store_unavailable' }, damage)
    await t.rejects(store.getToken('oat_1'), { code: 'store_unavailable' }, damage)
    t.throws(() => store.findToken('hash-of-oat_1'), { code: 'store_unavailable' }, damage)
  }
  database.close()
})
