import type { DatabaseSync } from 'node:sqlite'
import { PosternError } from '../../errors.ts'
import type { Charge, Spending } from '../counter.ts'
import { type CounterState, lifetime } from '../rules/assess-charge.ts'
import { settleCharges } from '../rules/settle-charges.ts'
import { openSqliteFile } from './file.ts'

/** How long a call waits for another process that is counting, in milliseconds. The event loop waits with it. */
const BUSY_TIMEOUT = 500
/** How many counters are looked at, for those that are over, whenever one is made. */
const SWEPT = 4

/** Counters that the processes of one machine share. */
export interface SqliteCounters {
  /** Throws what SQLite throws. */
  spend(charges: readonly Charge[]): Spending
  close(): void
}

/**
 * Opens counters in an SQLite file of their own, next to the credentials': a count is no reason to sync the disk, to
 * hold up a revocation or to forget what was read of the tokens. The file outlives the process and its death by
 * `kill -9`; when the power fails, the last moments' counts may be lost, no more.
 *
 * Times are the system's, which all processes share, and read under the lock.
 */
export function openSqliteCounters(path: string, clock: () => number = Date.now): SqliteCounters {
  const database = openSqliteFile(path, BUSY_TIMEOUT)
  database.exec('PRAGMA synchronous = NORMAL')
  database.exec(`CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY NOT NULL,
    state TEXT NOT NULL,
    ends_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`)
  const statements = prepare(database)
  const find = (key: string) => toState(statements.find.get(key)?.state)
  let sweptTo = ''

  function sweep(now: number): void {
    const rows = statements.after.all(sweptTo, SWEPT)
    sweptTo = rows.length < SWEPT ? '' : String(rows.at(-1)?.key)
    for (const { key = null, ends_at } of rows) {
      if (Number(ends_at) <= now) statements.forget.run(key)
    }
  }

  function settle(charges: readonly Charge[]): Spending {
    const now = clock()
    const states = charges.map(({ key }) => find(key))
    const { spending, writes } = settleCharges(
      charges,
      states.map(state => state ?? []),
      now,
    )
    for (const { charge, state } of writes) {
      statements.keep.run(charge.key, JSON.stringify(state), now + lifetime(state, charge.allowance))
    }
    if (spending.allowed && states.includes(undefined)) sweep(now)
    return spending
  }

  return {
    spend(charges) {
      statements.begin.run()
      try {
        const spending = settle(charges)
        statements.commit.run()
        return spending
      } catch (error) {
        if (database.isTransaction) statements.rollback.run()
        throw error
      }
    },
    close: () => database.close(),
  }
}

function prepare(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    find: database.prepare('SELECT state FROM counters WHERE key = ?'),
    keep: database.prepare(
      `INSERT INTO counters (key, state, ends_at) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET state = excluded.state, ends_at = excluded.ends_at`,
    ),
    after: database.prepare('SELECT key, ends_at FROM counters WHERE key > ? ORDER BY key LIMIT ?'),
    forget: database.prepare('DELETE FROM counters WHERE key = ?'),
  }
}

/** Undefined where there is no row. */
function toState(text: unknown): CounterState | undefined {
  if (text === undefined) return undefined
  const state: unknown = JSON.parse(String(text))
  if (Array.isArray(state) && state.length % 2 === 0 && state.every(Number.isFinite)) return state
  throw new PosternError('store_unavailable', { detail: 'a counter is not what was written there' })
}
