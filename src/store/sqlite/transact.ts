import type { DatabaseSync } from 'node:sqlite'

/** Does the work wholly or not at all; others that write wait. Throws what it throws, and what SQLite throws. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
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
