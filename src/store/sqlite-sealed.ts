import type { DatabaseSync } from 'node:sqlite'

/** The sealed credentials of one SQLite file. Throws what SQLite throws. */
export function openSqliteSealed(database: DatabaseSync) {
  const get = database.prepare('SELECT value FROM sealed WHERE key = ?')
  const put = database.prepare('INSERT OR REPLACE INTO sealed (key, value) VALUES (?, ?)')
  const replace = database.prepare('UPDATE sealed SET value = ? WHERE key = ? AND value = ?')
  const remove = database.prepare('DELETE FROM sealed WHERE key = ?')
  const list = database.prepare('SELECT key FROM sealed ORDER BY key')
  return {
    get(key: string): string | undefined {
      const value = get.get(key)?.value
      return value === undefined ? undefined : String(value)
    },
    put(key: string, value: string): void {
      put.run(key, value)
    },
    replace: (key: string, before: string, after: string) => replace.run(after, key, before).changes === 1,
    remove: (key: string) => remove.run(key).changes === 1,
    list: () => list.all().map(row => String(row.key)),
  }
}
