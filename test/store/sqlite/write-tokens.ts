/** Child process of store.test.ts: creates and revokes tokens, commits records, and says so after each answer. */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { tokenRecord } from '../contract.ts'

const [path = '', name = '', count = ''] = process.argv.slice(2)
const store = openSqliteStore(path)
const last = count === 'endless' ? Number.POSITIVE_INFINITY : Number(count)
for (let i = 0; i < last; i++) {
  const id = `tok_${name}${i}`
  await store.createToken(tokenRecord(id))
  writeSync(1, `created ${id}\n`)
  await store.revokeToken(id, 42)
  writeSync(1, `revoked ${id}\n`)
  await store.commit([{ key: `code:${id}`, before: undefined, after: 'committed' }])
  writeSync(1, `committed ${id}\n`)
}
await store.close()
