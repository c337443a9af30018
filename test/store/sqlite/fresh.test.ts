/** How often the file is asked what others have committed: once per piece of synchronous work, never less. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { tokenRecord } from '../contract.ts'

const record = tokenRecord('tok_1')

t.test('a revocation by another process counts for whatever comes in after it', async t => {
  const path = join(t.testdir(), 'postern.db')
  const [store, other] = [openSqliteStore(path), openSqliteStore(path)]
  t.teardown(() => Promise.all([store.close(), other.close()]))
  await store.createToken(record)
  const isRevoked = () => {
    void store.fresh()
    const found = store.findToken(record.hash)
    return !(found instanceof Promise) && found?.revokedAt !== undefined
  }
  t.equal(isRevoked(), false)
  // Its write is done when the call returns.
  const revoking = other.revokeToken(record.id, 1)
  t.equal(isRevoked(), false, 'what came in together is answered alike')
  await null
  t.equal(isRevoked(), true, 'anything that can have come in since sees it')
  await revoking
})

t.test('a question that failed is asked again by the next one of the same piece of work', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  await store.createToken(record)
  await store.close()
  for (const attempt of ['first', 'second']) {
    t.throws(() => store.fresh(), { code: 'store_unavailable' }, `the ${attempt} one is refused`)
  }
})

t.test('rows that can no longer be read are not taken for looked at', async t => {
  const path = join(t.testdir(), 'postern.db')
  const store = openSqliteStore(path)
  t.teardown(() => store.close())
  await store.createToken(record)
  void store.fresh()
  await null
  const vandal = new DatabaseSync(path)
  vandal.exec('DROP TABLE state')
  vandal.close()
  for (const attempt of ['first', 'second']) {
    t.throws(() => store.fresh(), { code: 'store_unavailable' }, `the ${attempt} one is refused`)
  }
})
