import { statSync } from 'node:fs'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { PosternError } from '../errors.ts'
import { openSqliteCounters, type SqliteCounters } from './sqlite-counters.ts'
import { openSqliteFile } from './sqlite-file.ts'
import { migrateSqlite } from './sqlite-schema.ts'
import type { Store, TokenRecord } from './store.ts'
import { createTouchBuffer } from './touch-buffer.ts'

/** How long a write waits for another process that is writing, in milliseconds. The event loop waits with it. */
const BUSY_TIMEOUT = 2_000
/** The same for last-used times, which can wait for the next batch. */
const TOUCH_BUSY_TIMEOUT = 20
/** Records kept for the hot path; a full map is simply emptied. */
const CACHE_SIZE = 10_000

/**
 * Keeps tokens in one SQLite file (write-ahead log), which several processes of one machine may share.
 *
 * A resolved `createToken` or `revokeToken` has been synced to the disk. `findToken` answers from memory only
 * while SQLite's own `data_version` says that no other connection has committed since, so a revocation by
 * another process is seen by the very next call. The file is created for its owner alone (mode 0600), and so is the
 * one of the counters, `<path>-counters`, when something is first counted. They must not lie on a network file
 * system: SQLite's locks and shared memory do not hold there.
 *
 * @throws PosternError `configuration_invalid` if the file can't be opened or is no database of ours.
 */
export function openSqliteStore(path: string): Store {
  const database = open(path)
  const opened = statSync(path)
  const statements = prepare(database)
  const found = new Map<string, TokenRecord>()
  let foundAt: number | undefined
  let counters: SqliteCounters | undefined

  const touches = createTouchBuffer({
    write(batch) {
      database.exec(`PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${TOUCH_BUSY_TIMEOUT}`)
      try {
        transact(database, () => {
          for (const [id, at] of batch) statements.touch.run(at, id, at)
        })
        found.clear()
      } finally {
        database.exec(`PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
      }
    },
  })

  function find(hash: string): TokenRecord | undefined {
    // The version is read before the row: a commit in between makes the next call look again, never the reverse.
    const version = dataVersion(statements)
    if (version !== foundAt || found.size >= CACHE_SIZE) {
      found.clear()
      foundAt = version
    }
    const known = found.get(hash)
    if (known !== undefined) return known
    const row = statements.find.get(hash)
    if (row === undefined) return undefined
    const record = toRecord(row)
    found.set(hash, record)
    return record
  }

  return {
    async createToken(record) {
      available(() => {
        if (statements.exists.get(record.id, record.hash) === undefined) {
          return statements.create.run(...toRow(record))
        }
        throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
      })
    },
    findToken: hash => available(() => find(hash)),
    async listTokens() {
      return available(() => statements.list.all().map(toRecord))
    },
    async revokeToken(id, at) {
      found.clear()
      return available(() => statements.revoke.run(at, id).changes === 1)
    },
    touchToken: touches.note,
    spend: charges =>
      available(() => {
        if (!database.isOpen) throw unavailable('the store is closed')
        counters ??= openSqliteCounters(`${path}-counters`)
        return counters.spend(charges)
      }),
    async ready() {
      available(() => statements.version.get())
      const present = statSync(path, { throwIfNoEntry: false })
      if (present?.ino !== opened.ino || present.dev !== opened.dev) {
        throw unavailable('the store’s file was moved, deleted or replaced while it was open')
      }
    },
    async close() {
      await touches.close()
      if (database.isOpen) database.close()
      counters?.close()
      counters = undefined
    },
  }
}

function open(path: string): DatabaseSync {
  try {
    const database = openSqliteFile(path, BUSY_TIMEOUT)
    database.exec('PRAGMA synchronous = FULL')
    migrateSqlite(database)
    return database
  } catch (error) {
    if (error instanceof PosternError) throw error
    throw new PosternError('configuration_invalid', {
      message: `The store’s file ${path} can’t be opened: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    })
  }
}

type Statements = ReturnType<typeof prepare>

function prepare(database: DatabaseSync) {
  const version = database.prepare('PRAGMA data_version')
  version.setReturnArrays(true)
  return {
    version,
    find: database.prepare('SELECT * FROM tokens WHERE hash = ?'),
    exists: database.prepare('SELECT 1 FROM tokens WHERE id = ? OR hash = ?'),
    list: database.prepare('SELECT * FROM tokens ORDER BY created_at, rowid'),
    create: database.prepare(
      `INSERT INTO tokens (id, hash, name, hint, subject, organization, roles, scopes,
         created_at, expires_at, last_used_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    // The first revocation's time stays.
    revoke: database.prepare('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?'),
    touch: database.prepare(
      'UPDATE tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
    ),
  }
}

function dataVersion(statements: Statements): number {
  const row: unknown = statements.version.get()
  const version: unknown = Array.isArray(row) ? row[0] : undefined
  if (typeof version !== 'number') throw unavailable('SQLite does not tell its data_version')
  return version
}

function transact(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function toRow(record: TokenRecord): (string | number | null)[] {
  return [
    record.id,
    record.hash,
    record.name,
    record.hint,
    record.subject,
    record.organization ?? null,
    JSON.stringify(record.roles),
    JSON.stringify(record.scopes),
    record.createdAt,
    record.expiresAt ?? null,
    record.lastUsedAt ?? null,
    record.revokedAt ?? null,
  ]
}

function toRecord(row: Record<string, SQLOutputValue>): TokenRecord {
  return Object.freeze({
    id: String(row.id),
    name: String(row.name),
    hash: String(row.hash),
    hint: String(row.hint),
    subject: String(row.subject),
    organization: row.organization === null ? undefined : String(row.organization),
    roles: strings(row.roles),
    scopes: strings(row.scopes),
    createdAt: Number(row.created_at),
    expiresAt: time(row.expires_at),
    lastUsedAt: time(row.last_used_at),
    revokedAt: time(row.revoked_at),
  })
}

function strings(value: SQLOutputValue | undefined): readonly string[] {
  const list: unknown = JSON.parse(String(value))
  if (!Array.isArray(list)) throw unavailable('a token’s roles and scopes must be lists')
  return Object.freeze(list.map(String))
}

function time(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function available<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof PosternError) throw error
    throw unavailable(error instanceof Error ? error.message : String(error), error)
  }
}

function unavailable(detail: string, cause?: unknown): PosternError {
  return new PosternError('store_unavailable', { detail, cause, headers: { 'Retry-After': '1' } })
}
