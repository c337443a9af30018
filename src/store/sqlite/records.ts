import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { PosternError } from '../../errors.ts'
import type { StateCopy } from '../migrate/state-copy.ts'
import type { KeptRecord, RecordChange, RecordKey, Records } from '../records.ts'
import { checkChanges } from '../rules/check-changes.ts'
import { transact } from './transact.ts'

/** How many expired records go, at most, with every change. */
const SWEPT = 4

/** What {@link openSqliteRecords} needs. */
export interface SqliteRecordsOptions {
  readonly database: DatabaseSync
  /** Turns what SQLite throws into an error of ours. */
  readonly available: <T>(work: () => T) => T
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * The records of one SQLite file. A commit is one transaction, and synced to the disk when it is answered; two at a
 * time wait for each other. What expired is gone for every question at once, and from the file little by little.
 *
 * An older copy of the file that is put in its place is believed, `once` or not: nothing tells it from the newest.
 */
export function openSqliteRecords({
  database,
  available,
  now,
}: SqliteRecordsOptions): Records & Pick<StateCopy, 'recordKinds'> {
  const statements = prepare(database)
  const find = (key: string, time: number) => statements.find.get(key, time)

  function make(change: RecordChange, time: number): void {
    const { key, before, after, expiresAt, lists = [], once = false } = change
    if (after === undefined || (expiresAt !== undefined && expiresAt <= time)) {
      statements.remove.run(key)
    } else if (before !== undefined) {
      statements.replace.run(after, expiresAt ?? null, key)
    } else {
      // One that has expired may still lie in its place, with other lists.
      statements.remove.run(key)
      const names = [...new Set(lists)].map(nameOf)
      statements.create.run(key, after, expiresAt ?? null, once ? 1 : 0, `[${names}]`)
      for (const name of names) statements.enlist.run(name, key)
    }
  }

  return {
    async getRecord(key) {
      const row = available(() => find(key, now()))
      return row === undefined ? undefined : String(row.value)
    },
    async commit(changes) {
      checkChanges(changes)
      return available(() =>
        transact(database, () => {
          // Read under the lock: it may have been waited for.
          const time = now()
          const isAsRead = ({ key, before }: RecordChange) => find(key, time)?.value === before
          if (!changes.every(isAsRead)) return false
          for (const change of changes) make(change, time)
          statements.sweep.run(time, changes.length * SWEPT)
          return true
        }),
      )
    },
    async recordKinds() {
      const kinds: string[] = []
      for (;;) {
        const [row] = available(() => statements.page.all(afterKind(kinds.at(-1)), '~', now(), 1))
        if (row === undefined) return kinds
        const key = String(row.key)
        kinds.push(key.slice(0, key.indexOf(':')))
      }
    },
    async pageRecords({ kind, list, after = `${kind}:`, limit }) {
      const range = [after < `${kind}:` ? `${kind}:` : after, `${kind};`, now(), limit] as const
      return available(() => {
        const { page, pageOf } = statements
        const rows = list === undefined ? page.all(...range) : pageOf.all(nameOf(list), ...range)
        return rows.map(toRecord)
      })
    },
  }
}

/** Before all keys of the kinds that come after one. */
function afterKind(kind: string | undefined): string {
  return kind === undefined ? '' : `${kind};`
}

/** A list's name as it is kept: any text, those that are no UTF-8 too, and every two differ. */
function nameOf(list: string): string {
  return JSON.stringify(list)
}

function prepare(database: DatabaseSync) {
  const isLive = '(expires_at IS NULL OR expires_at > ?)'
  return {
    find: database.prepare(`SELECT value FROM records WHERE key = ? AND ${isLive}`),
    create: database.prepare(
      'INSERT INTO records (key, value, expires_at, once, lists) VALUES (?, ?, ?, ?, ?)',
    ),
    enlist: database.prepare('INSERT INTO record_lists (list, key) VALUES (?, ?)'),
    replace: database.prepare('UPDATE records SET value = ?, expires_at = ? WHERE key = ?'),
    remove: database.prepare('DELETE FROM records WHERE key = ?'),
    sweep: database.prepare(
      'DELETE FROM records WHERE key IN (SELECT key FROM records WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
    ),
    page: database.prepare(
      `SELECT * FROM records WHERE key > ? AND key < ? AND ${isLive} ORDER BY key LIMIT ?`,
    ),
    pageOf: database.prepare(
      `SELECT records.* FROM record_lists JOIN records ON records.key = record_lists.key
       WHERE list = ? AND record_lists.key > ? AND record_lists.key < ? AND ${isLive}
       ORDER BY record_lists.key LIMIT ?`,
    ),
  }
}

function toRecord(row: Record<string, SQLOutputValue>): KeptRecord {
  return Object.freeze({
    key: toKey(String(row.key)),
    value: String(row.value),
    expiresAt: row.expires_at === null ? undefined : Number(row.expires_at),
    lists: toLists(String(row.lists)),
    once: row.once === 1,
  })
}

function toKey(text: string): RecordKey {
  const colon = text.indexOf(':')
  return `${text.slice(0, colon)}:${text.slice(colon + 1)}`
}

function toLists(json: string): readonly string[] {
  const lists: unknown = JSON.parse(json)
  if (Array.isArray(lists)) return Object.freeze(lists.map(String))
  throw new PosternError('store_unavailable', { detail: 'a record’s lists are not what was written there' })
}
