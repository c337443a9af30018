import { type Stats, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { PosternError } from '../../errors.ts'
import { createTouchBuffer } from '../process/touch-buffer.ts'
import { type NewRevocation, ofToken } from '../revocation.ts'
import type { Store } from '../store.ts'
import { openSqliteCounters, type SqliteCounters } from './counters.ts'
import { openSqliteFile } from './file.ts'
import { onceInARow } from './once-in-a-row.ts'
import { openSqliteRecords } from './records.ts'
import { openSqliteRevocations } from './revocations.ts'
import { migrateSqlite } from './schema.ts'
import { openSqliteSealed } from './sealed.ts'
import { createSqliteStateCopy } from './state-copy.ts'
import { openSqliteTokens, type SqliteTokens } from './tokens.ts'
import { transact } from './transact.ts'

/** How long a write waits for another process that is writing, in milliseconds. The event loop waits with it. */
const BUSY_TIMEOUT = 2_000
/** The same for last-used times, which can wait for the next batch. */
const TOUCH_BUSY_TIMEOUT = 20

/**
 * Keeps tokens in one SQLite file (write-ahead log), which several processes of one machine may share.
 *
 * What was answered has been synced to the disk. `fresh` asks SQLite's own `data_version` whether another connection
 * has committed since, and everything is answered from memory only while none has; so a revocation by another process
 * is seen by whatever comes in after it. The file is created for its owner alone (mode 0600), and so is the
 * one of the counters, `<path>-counters`, when something is first counted. They must not lie on a network file
 * system: SQLite's locks and shared memory do not hold there.
 *
 * @param now - milliseconds since the epoch, by which records expire and OAuth tokens are forgotten; the same for all who share the file
 * @throws PosternError `configuration_invalid` if the file can't be opened or is no database of ours.
 */
export function openSqliteStore(path: string, now: () => number = Date.now): Store {
  const database = open(path)
  const opened = statSync(path)
  const readVersion = versionReader(database)
  const revocations = openSqliteRevocations(database)
  const tokens = openSqliteTokens(database, now)
  const touches = createTouchBuffer({ write: batch => writeTouches(database, tokens, batch) })
  const counters = openCountersLate(database, path)
  let knownVersion: number | undefined

  const fresh = onceInARow(() => {
    // The version is read before the rows: a commit in between makes the next call look again, never the reverse.
    const present = readVersion()
    if (present === knownVersion) return
    tokens.forget()
    revocations.catchUp()
    knownVersion = present
  })

  /** Writes a word down together with what else it changes; nothing if `change` is false. Its number, or 0. */
  function say(word: NewRevocation, change: () => boolean = () => true): number {
    const sequence = available(() =>
      transact(database, () => {
        if (!change()) return 0
        const next = revocations.nextSequence()
        revocations.put({ ...word, sequence: next }, Date.now())
        return next
      }),
    )
    tokens.forget()
    available(() => revocations.catchUp())
    return sequence
  }

  return {
    fresh: () => available(fresh),
    revocations: revocations.known,
    get installation() {
      return revocations.installation
    },
    async createToken(record) {
      if (available(() => transact(database, () => tokens.create(record, revocations.nextSequence())))) return
      throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
    },
    findToken: hash => available(() => tokens.find(hash)),
    ...listsOf(tokens),
    async revokeToken(id, at) {
      return say(ofToken(id, at, false), () => tokens.revoke(id, at)) > 0
    },
    async endToken(id, expiresAt) {
      return say(ofToken(id, Date.now(), true), () => tokens.end(id, expiresAt)) > 0
    },
    touchToken: touches.note,
    async revoke(revocation) {
      return Object.freeze({ ...revocation, sequence: say(revocation) })
    },
    async liftRevocation(kind, value) {
      const lifted = available(() => transact(database, () => revocations.remove(kind, value)))
      available(() => revocations.catchUp())
      return lifted
    },
    ...openSqliteSealed(database, available),
    ...openSqliteRecords({ database, available, now }),
    ...createSqliteStateCopy({ database, revocations, tokens, available }),
    spend: charges => available(() => counters.spend(charges)),
    async ready() {
      available(readVersion)
      refuseReplaced(path, opened)
    },
    async close() {
      await touches.close()
      if (database.isOpen) database.close()
      counters.close()
    },
  }
}

/** The counters' file is made when something is first counted. */
function openCountersLate(database: DatabaseSync, path: string): SqliteCounters {
  let counters: SqliteCounters | undefined
  return {
    spend(charges) {
      if (!database.isOpen) throw unavailable('the store is closed')
      counters ??= openSqliteCounters(`${path}-counters`)
      return counters.spend(charges)
    },
    close: () => counters?.close(),
  }
}

function listsOf(tokens: SqliteTokens): Pick<Store, 'getToken' | 'listTokens' | 'pageTokens'> {
  return {
    async getToken(id) {
      return available(() => tokens.get(id))
    },
    async listTokens() {
      return available(() => tokens.list())
    },
    async pageTokens(query) {
      return available(() => tokens.page(query))
    },
  }
}

function writeTouches(
  database: DatabaseSync,
  tokens: SqliteTokens,
  batch: ReadonlyMap<string, number>,
): void {
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${TOUCH_BUSY_TIMEOUT}`)
  try {
    transact(database, () => {
      for (const [id, at] of batch) tokens.touch(id, at)
    })
    tokens.forget()
  } finally {
    database.exec(`PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
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

function versionReader(database: DatabaseSync): () => number {
  const statement = database.prepare('PRAGMA data_version')
  statement.setReturnArrays(true)
  return () => {
    const row: unknown = statement.get()
    const version: unknown = Array.isArray(row) ? row[0] : undefined
    if (typeof version !== 'number') throw unavailable('SQLite does not tell its data_version')
    return version
  }
}

function refuseReplaced(path: string, opened: Stats): void {
  const present = statSync(path, { throwIfNoEntry: false })
  if (present?.ino === opened.ino && present.dev === opened.dev) return
  throw unavailable('the store’s file was moved, deleted or replaced while it was open')
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
