/** Child process of records-race.test.ts: uses up records that others are after too, and says which it got. */
import { openRedisStore } from '../../src/store/redis/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'

const [place = '', name = '', count = ''] = process.argv.slice(2)
const store = place.startsWith('redis:')
  ? await openRedisStore({ url: place, keyPrefix: 'acme:' })
  : openSqliteStore(place)
process.stdout.write('ready\n')
// All begin when the parent says so.
await new Promise(resolve => process.stdin.once('data', resolve))
for (let i = 0; i < Number(count); i++) {
  const key = `code:${i}` as const
  const spent = { key, before: 'fresh', after: `spent by ${name}` }
  const won = { key: `token:${i}-${name}` as const, before: undefined, after: name, lists: ['won'] }
  if (await store.commit([spent, won])) process.stdout.write(`${i}\n`)
}
process.stdin.unref()
await store.close()
