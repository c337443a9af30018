import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Opens an SQLite file with a write-ahead log, which several processes of one machine may share; makes it if it is
 * not there. It is for its owner alone (mode 0600), and what exists already is closed to strangers. Throws what the
 * file system and SQLite throw.
 *
 * @param busyTimeout - how long a write waits for another process that is writing, in milliseconds
 */
export function openSqliteFile(path: string, busyTimeout: number): DatabaseSync {
  // Created by us and not by SQLite, so that the file is never readable for others, not even for a moment.
  closeSync(openSync(path, 'a', 0o600))
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o007) !== 0) chmodSync(path, mode & 0o770)
  const database = new DatabaseSync(path, { timeout: busyTimeout })
  useWriteAheadLog(database)
  database.exec('PRAGMA trusted_schema = OFF')
  return database
}

/** SQLite does not wait by itself when two processes switch a new file to its write-ahead log at once. */
function useWriteAheadLog(database: DatabaseSync): void {
  for (let attempt = 0; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (attempt === 100) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
