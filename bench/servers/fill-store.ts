import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'

/** Puts so many tokens into an SQLite store that is not open, in one transaction: one by one each would be synced. */
export async function fillStore(path: string, tokens: number): Promise<void> {
  await openSqliteStore(path).close()
  const database = new DatabaseSync(path)
  const insert = database.prepare(
    `INSERT INTO tokens (id, hash, name, hint, subject, organization, roles, scopes, created_at)
     VALUES (?, ?, 'filler', 'bench_pat_0000', ?, ?, '["member"]', '["read:*"]', ?)`,
  )
  database.exec('BEGIN')
  for (let i = 0; i < tokens; i++) {
    insert.run(`tok_${i}`, randomBytes(32).toString('base64url'), `user-${i % 5_000}`, `org-${i % 100}`, i)
  }
  database.exec('COMMIT')
  database.close()
}
