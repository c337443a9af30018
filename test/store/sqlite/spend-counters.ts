/** Child process of counters.test.ts: spends until there is no more, and says so with a dot for each. */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { charge } from '../counters-contract.ts'

const [path = '', quota = ''] = process.argv.slice(2)
const store = openSqliteStore(path)
while ((await store.spend([charge('shared', Number(quota))])).allowed) writeSync(1, '.')
await store.close()
