import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openDatabase } from '../../src/demo/database.ts'

t.test('a file is kept in WAL mode and found again', async t => {
  const path = join(t.testdir(), 'tallybook.db')
  const first = openDatabase(path)
  t.match(first.one('PRAGMA journal_mode'), { journal_mode: 'wal' })
  t.equal(first.run('INSERT INTO organizations (id, name) VALUES (?, ?)', 'org_1', 'One'), 1)
  first.close()
  const second = openDatabase(path)
  t.match(second.all('SELECT name FROM organizations'), [{ name: 'One' }])
  second.close()
})

t.test('references are enforced', async t => {
  const database = openDatabase(':memory:')
  t.teardown(() => database.close())
  t.throws(
    () => database.run(`INSERT INTO number_series (workspace_id, year, last) VALUES ('ws_none', '2025', 1)`),
    /FOREIGN KEY/,
  )
})

t.test('a transaction is all or nothing', async t => {
  const database = openDatabase(':memory:')
  t.teardown(() => database.close())
  const insert = (id: string) => database.run('INSERT INTO organizations (id, name) VALUES (?, ?)', id, id)
  t.throws(
    () =>
      database.transaction(() => {
        insert('a')
        throw new Error('stop')
      }),
    /stop/,
  )
  t.equal(database.one('SELECT id FROM organizations'), undefined)
  t.equal(
    database.transaction(() => insert('b')),
    1,
  )
  t.match(database.all('SELECT id FROM organizations'), [{ id: 'b' }])
})

t.test('a file of another version is refused and left alone', async t => {
  const path = join(t.testdir(), 'other.db')
  const other = new DatabaseSync(path)
  other.exec('PRAGMA user_version = 99')
  other.close()
  t.throws(() => openDatabase(path), /schema version 99/)
})
