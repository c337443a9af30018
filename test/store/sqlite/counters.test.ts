import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openSqliteCounters } from '../../../src/store/sqlite/counters.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { tokenRecord } from '../contract.ts'
import { charge } from '../counters-contract.ts'

const HOUR = 3_600_000
const spender = fileURLToPath(new URL('./spend-counters.ts', import.meta.url))

t.test('counters have a file of their own, for the owner alone, made when something is counted', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  t.notOk(existsSync(`${path}-counters`))
  await store.spend([charge('a', 1)])
  for (const suffix of ['', '-wal', '-shm']) {
    t.equal(statSync(`${path}-counters${suffix}`).mode & 0o777, 0o600, suffix)
  }
})

t.test('counting makes nobody read the tokens again', async t => {
  const path = join(t.testdir(), 'postern.db')
  const [store, other] = [openSqliteStore(path), openSqliteStore(path)]
  t.teardown(() => Promise.all([store.close(), other.close()]))
  await store.createToken(tokenRecord('tok_1'))
  const first = store.findToken('hash-of-tok_1')
  await other.spend([charge('a', 100)])
  await store.spend([charge('a', 100)])
  t.equal(store.findToken('hash-of-tok_1'), first)
})

t.test('counters that are over are deleted as new ones are made', async t => {
  const path = join(t.testdir(), 'counters')
  const clock = { now: Date.now() }
  const counters = openSqliteCounters(path, () => clock.now)
  t.teardown(() => counters.close())
  for (let i = 0; i < 3_000; i++) {
    clock.now += HOUR / 100
    counters.spend([charge(`passing-${i}`, 5)])
  }
  const database = new DatabaseSync(path)
  const rows = Number(database.prepare('SELECT count(*) AS n FROM counters').get()?.n)
  database.close()
  t.ok(rows >= 100 && rows < 250, `100 are in use, ${rows} are kept`)
})

t.test('a damaged counter refuses instead of guessing', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.spend([charge('a', 5)])
  const other = new DatabaseSync(`${path}-counters`)
  for (const state of ['', '{', '{}', '[1]', '["1","2"]', '[null,1]', '"text"']) {
    other.prepare('UPDATE counters SET state = ?').run(state)
    t.throws(() => store.spend([charge('a', 5)]), { code: 'store_unavailable' }, state)
  }
  other.close()
})

t.test('a count that waits in vain for another process is refused', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.spend([charge('a', 5)])
  const other = new DatabaseSync(`${path}-counters`)
  other.exec('BEGIN IMMEDIATE')
  t.throws(() => store.spend([charge('a', 5)]), { code: 'store_unavailable', status: 503 })
  other.exec('ROLLBACK')
  other.close()
  t.match(store.spend([charge('a', 5)]), { allowed: true, balances: [{ remaining: 3 }] })
})

/** Starts three processes that spend from one counter; yields how many spendings each said it was allowed. */
async function spendInProcesses(path: string, quota: number, killAfter?: number): Promise<number[]> {
  const children = [1, 2, 3].map(() =>
    spawn(process.execPath, [spender, path, String(quota)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  return Promise.all(
    children.map(async child => {
      let said = ''
      for await (const chunk of child.stdout) {
        said += chunk
        if (killAfter !== undefined && said.length > killAfter) child.kill('SIGKILL')
      }
      return said.length
    }),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

t.test('three processes count together', async t => {
  t.equal(sum(await spendInProcesses(join(t.testdir(), 'postern.db'), 500)), 500)
})

t.test('kill -9 gives nothing back', async t => {
  const path = join(t.testdir(), 'postern.db')
  const said = sum(await spendInProcesses(path, 1_000_000, 300))
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  const { balances } = await store.spend([charge('shared', 1_000_000)])
  const spent = 1_000_000 - (balances[0]?.remaining ?? 0) - 1
  t.ok(spent >= said && said > 900, `${said} were answered, ${spent} are counted`)
})
