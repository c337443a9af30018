import type { DatabaseSync } from 'node:sqlite'
import type { SealedRecords } from '../sealed-records.ts'

/** The sealed credentials of one SQLite file. @param available - turns what SQLite throws into an error of ours */
export function openSqliteSealed(database: DatabaseSync, available: <T>(work: () => T) => T): SealedRecords {
  const get = database.prepare('SELECT value FROM sealed WHERE key = ?')
  const put = database.prepare('INSERT OR REPLACE INTO sealed (key, value) VALUES (?, ?)')
  const replace = database.prepare('UPDATE sealed SET value = ? WHERE key = ? AND value = ?')
  const remove = database.prepare('DELETE FROM sealed WHERE key = ?')
  const list = database.prepare('SELECT key FROM sealed ORDER BY key')
  return {
    async getSealed(key) {
      const value = available(() => get.get(key)?.value)
      return value === undefined ? undefined : String(value)
    },
    async putSealed(key, value) {
      available(() => put.run(key, value))
    },
    async replaceSealed(key, before, after) {
      return available(() => replace.run(after, key, before)).changes === 1
    },
    async deleteSealed(key) {
      return available(() => remove.run(key)).changes === 1
    },
    async listSealed() {
      return available(() => list.all()).map(row => String(row.key))
    },
  }
}
