import type { DatabaseSync } from 'node:sqlite'
import { PosternError } from '../../errors.ts'

/** One entry per schema version, in order; an entry that has been released is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE tokens (
     id TEXT PRIMARY KEY NOT NULL,
     hash TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     hint TEXT NOT NULL,
     subject TEXT NOT NULL,
     organization TEXT,
     roles TEXT NOT NULL,
     scopes TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     expires_at INTEGER,
     last_used_at INTEGER,
     revoked_at INTEGER
   ) STRICT`,
  `ALTER TABLE tokens ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE state (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     id TEXT NOT NULL,
     secret TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     sequence INTEGER NOT NULL,
     reload INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE revocations (
     kind TEXT NOT NULL,
     value TEXT NOT NULL,
     recheck INTEGER NOT NULL,
     at INTEGER NOT NULL,
     until INTEGER,
     reason TEXT,
     sequence INTEGER NOT NULL,
     PRIMARY KEY (kind, value, recheck)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX revocations_by_sequence ON revocations (sequence);
   CREATE INDEX revocations_by_end ON revocations (until) WHERE until IS NOT NULL;
   CREATE TABLE sealed (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE INDEX tokens_by_age ON tokens (created_at, id);
   CREATE INDEX tokens_by_subject ON tokens (subject, created_at, id)`,
  `CREATE TABLE records (
     key TEXT PRIMARY KEY NOT NULL,
     value TEXT NOT NULL,
     expires_at INTEGER,
     once INTEGER NOT NULL,
     lists TEXT NOT NULL
   ) STRICT;
   CREATE INDEX records_by_end ON records (expires_at) WHERE expires_at IS NOT NULL;
   CREATE TABLE record_lists (
     list TEXT NOT NULL,
     key TEXT NOT NULL REFERENCES records (key) ON DELETE CASCADE,
     PRIMARY KEY (list, key)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX record_lists_by_key ON record_lists (key);
   ALTER TABLE tokens ADD COLUMN oauth TEXT;
   DROP INDEX tokens_by_age;
   DROP INDEX tokens_by_subject;
   CREATE INDEX tokens_by_age ON tokens (created_at, id) WHERE oauth IS NULL;
   CREATE INDEX tokens_by_subject ON tokens (subject, created_at, id) WHERE oauth IS NULL;
   CREATE INDEX oauth_tokens_by_end ON tokens (expires_at) WHERE oauth IS NOT NULL`,
]

/**
 * Brings the database to the newest schema, in one transaction, whoever else opens it at the same time.
 *
 * @throws PosternError `configuration_invalid` if the file belongs to another program or to a newer Postern.
 */
export function migrateSqlite(database: DatabaseSync): void {
  if (versionOf(database) === MIGRATIONS.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database)
    refuseForeign(database, version)
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
    database.exec('DELETE FROM schema_version')
    database.prepare('INSERT INTO schema_version (version) VALUES (?)').run(MIGRATIONS.length)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  if (!hasTable(database, 'schema_version')) return 0
  return Number(database.prepare('SELECT version FROM schema_version').get()?.version ?? 0)
}

function refuseForeign(database: DatabaseSync, version: number): void {
  const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get()?.n
  if (version === 0 && Number(tables) > 0) {
    throw new PosternError('configuration_invalid', {
      message: 'The store’s file is a database of another program. Name another file under store.path.',
    })
  }
  if (version > MIGRATIONS.length) {
    throw new PosternError('configuration_invalid', {
      message: `The store’s file was written by a newer version of Postern (schema ${version}). Update Postern.`,
    })
  }
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined
  )
}
