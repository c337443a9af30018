import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type Installation, newInstallation } from '../installation.ts'
import type { CopiedState } from '../migrate/state-copy.ts'
import { RevocationIndex } from '../process/revocation-index.ts'
import { REVOCABLE, type Revocable, type Revocation } from '../revocation.ts'

/** The revocations of one SQLite file, as this process knows them. Throws what SQLite throws. */
export interface SqliteRevocations {
  readonly known: RevocationIndex
  readonly installation: Installation
  /** Learns what other connections have said since. */
  catchUp(): void
  /** The next number of the store's count; within a transaction, with what it is given to. */
  nextSequence(): number
  /** Writes one down, within a transaction. Those that ended before `now` are forgotten with it. */
  put(revocation: Revocation, now: number): void
  /** Becomes another installation and adds its revocations, within a transaction. */
  adopt(state: CopiedState): void
  /** Takes one back, within a transaction. */
  remove(kind: Revocable, value: string): boolean
}

/** Prepares the statements; the schema must be the newest. */
export function openSqliteRevocations(database: DatabaseSync): SqliteRevocations {
  const known = new RevocationIndex()
  let installation = openInstallation(database)
  const state = database.prepare('SELECT sequence, reload FROM state')
  const since = database.prepare('SELECT * FROM revocations WHERE sequence > ? ORDER BY sequence')
  const next = database.prepare('UPDATE state SET sequence = sequence + 1 RETURNING sequence')
  const prune = database.prepare('DELETE FROM revocations WHERE until <= ?')
  const put = database.prepare(
    `INSERT OR REPLACE INTO revocations (kind, value, recheck, at, until, reason, sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = database.prepare('DELETE FROM revocations WHERE kind = ? AND value = ? AND recheck = 0')
  const reload = database.prepare('UPDATE state SET reload = sequence')
  const become = database.prepare(
    'UPDATE state SET id = ?, secret = ?, created_at = ?, sequence = max(sequence, ?) + 1',
  )
  const add = database.prepare(
    `INSERT INTO revocations (kind, value, recheck, at, until, reason, sequence) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, value, recheck) DO UPDATE SET at = excluded.at, until = excluded.until,
       reason = excluded.reason, sequence = excluded.sequence WHERE excluded.sequence > sequence`,
  )

  return {
    known,
    get installation() {
      return installation
    },
    catchUp() {
      const row = state.get()
      const sequence = Number(row?.sequence)
      if (sequence === known.sequence) return
      // What was taken back is in no row: then all of them are read again.
      if (Number(row?.reload) > known.sequence) known.replace(since.all(0).map(toRevocation))
      else known.add(since.all(known.sequence).map(toRevocation))
      known.sequence = sequence
    },
    nextSequence: () => Number(next.get()?.sequence),
    put(revocation, now) {
      prune.run(now)
      put.run(...toRow(revocation))
    },
    adopt(state) {
      const { id, secret, createdAt } = state.installation
      become.run(id, secret, createdAt, state.sequence)
      for (const revocation of state.revocations) add.run(...toRow(revocation))
      reload.run()
      installation = state.installation
    },
    remove(kind, value) {
      if (remove.run(kind, value).changes === 0) return false
      next.get()
      reload.run()
      return true
    },
  }
}

function openInstallation(database: DatabaseSync): Installation {
  const { id, secret, createdAt } = newInstallation()
  database
    .prepare(
      `INSERT OR IGNORE INTO state (only, id, secret, created_at, sequence, reload) VALUES (1, ?, ?, ?, 0, 0)`,
    )
    .run(id, secret, createdAt)
  const row = database.prepare('SELECT id, secret, created_at FROM state').get()
  return Object.freeze({
    id: String(row?.id),
    secret: String(row?.secret),
    createdAt: Number(row?.created_at),
  })
}

function toRow({ kind, value, recheck, at, until, reason, sequence }: Revocation) {
  return [kind, value, recheck ? 1 : 0, at, until ?? null, reason ?? null, sequence] as const
}

function toRevocation(row: Record<string, SQLOutputValue>): Revocation {
  const kind = REVOCABLE.find(candidate => candidate === row.kind)
  if (kind === undefined) throw new Error('a revocation in the file is of an unknown kind')
  return Object.freeze({
    kind,
    value: String(row.value),
    recheck: row.recheck === 1,
    at: Number(row.at),
    until: row.until === null ? undefined : Number(row.until),
    reason: row.reason === null ? undefined : String(row.reason),
    sequence: Number(row.sequence),
  })
}
