import { statSync } from 'node:fs'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { PosternError } from '../errors.ts'
import { type NewRevocation, ofToken } from './revocation.ts'
import { openSqliteCounters, type SqliteCounters } from './sqlite-counters.ts'
import { openSqliteFile } from './sqlite-file.ts'
import { openSqliteRevocations } from './sqlite-revocations.ts'
import { migrateSqlite } from './sqlite-schema.ts'
import { openSqliteSealed } from './sqlite-sealed.ts'
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
 * What was answered has been synced to the disk. `fresh` asks SQLite's own `data_version` whether another connection
 * has committed since, and everything is answered from memory only while none has; so a revocation by another process
 * is seen by the very next request. The file is created for its owner alone (mode 0600), and so is the
 * one of the counters, `<path>-counters`, when something is first counted. They must not lie on a network file
 * system: SQLite's locks and shared memory do not hold there.
 *
 * @throws PosternError `configuration_invalid` if the file can't be opened or is no database of ours.
 */
export function openSqliteStore(path: string): Store {
  const database = open(path)
  const opened = statSync(path)
  const statements = prepare(database)
  const revocations = openSqliteRevocations(database)
  const sealed = openSqliteSealed(database)
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

  function fresh(): void {
    // The version is read before the rows: a commit in between makes the next call look again, never the reverse.
    const version = dataVersion(statements)
    if (version === foundAt) return
    found.clear()
    revocations.catchUp()
    foundAt = version
  }

  function find(hash: string): TokenRecord | undefined {
    const known = found.get(hash)
    if (known !== undefined) return known
    const row = statements.find.get(hash)
    if (row === undefined) return undefined
    const record = toRecord(row)
    if (found.size >= CACHE_SIZE) found.clear()
    found.set(hash, record)
    return record
  }

  /** Writes down a revocation together with what else it changes; `undefined` if that finds nothing to change. */
  function say<T>(revocation: NewRevocation, change: (sequence: number) => T | undefined): T | undefined {
    const done = available(() =>
      transact(database, () => {
        const sequence = revocations.nextSequence()
        const changed = change(sequence)
        if (changed !== undefined) revocations.put({ ...revocation, sequence }, Date.now())
        return changed
      }),
    )
    found.clear()
    available(() => revocations.catchUp())
    return done
  }

  return {
    fresh: () => available(fresh),
    revocations: revocations.known,
    installation: revocations.installation,
    async createToken(record) {
      available(() =>
        transact(database, () => {
          if (statements.exists.get(record.id, record.hash) === undefined) {
            return statements.create.run(...toRow(record, revocations.nextSequence()))
          }
          throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
        }),
      )
    },
    findToken: hash => available(() => find(hash)),
    async listTokens() {
      return available(() => statements.list.all().map(toRecord))
    },
    async revokeToken(id, at) {
      return (
        say(ofToken(id, at, false), () => statements.revoke.run(at, id).changes === 1 || undefined) === true
      )
    },
    async endToken(id, expiresAt) {
      const changed = () => statements.end.run(expiresAt, id).changes === 1 || undefined
      return say(ofToken(id, Date.now(), true), changed) === true
    },
    touchToken: touches.note,
    async revoke(revocation) {
      const said = say(revocation, sequence => Object.freeze({ ...revocation, sequence }))
      if (said === undefined) throw unavailable('the revocation was not written')
      return said
    },
    async liftRevocation(kind, value) {
      const lifted = available(() => transact(database, () => revocations.remove(kind, value)))
      available(() => revocations.catchUp())
      return lifted
    },
    async getSealed(key) {
      return available(() => sealed.get(key))
    },
    async putSealed(key, value) {
      available(() => sealed.put(key, value))
    },
    async replaceSealed(key, before, after) {
      return available(() => sealed.replace(key, before, after))
    },
    async deleteSealed(key) {
      return available(() => sealed.remove(key))
    },
    async listSealed() {
      return available(() => sealed.list())
    },
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
         created_at, expires_at, last_used_at, revoked_at, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    // The first revocation's time stays.
    revoke: database.prepare('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?'),
    end: database.prepare('UPDATE tokens SET expires_at = min(coalesce(expires_at, ?1), ?1) WHERE id = ?2'),
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

function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const done = work()
    database.exec('COMMIT')
    return done
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function toRow(record: TokenRecord, sequence: number): (string | number | null)[] {
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
    sequence,
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
    sequence: Number(row.sequence),
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
