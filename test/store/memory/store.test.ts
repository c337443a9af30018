import t from 'tap'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { storeContract, tokenRecord } from '../contract.ts'

t.test('contract', t => storeContract(t, createMemoryStore, false))

t.test('changing the object that was handed in changes nothing', async t => {
  const store = createMemoryStore()
  const scopes = ['read:*']
  await store.createToken(tokenRecord('tok_1', { scopes }))
  scopes.push('*')
  t.strictSame((await store.findToken('hash-of-tok_1'))?.scopes, ['read:*'])
})

t.test('uses are noted about once a minute', async t => {
  const store = createMemoryStore()
  await store.createToken(tokenRecord('tok_1'))
  store.touchToken('tok_1', 100_000)
  store.touchToken('tok_1', 130_000)
  store.touchToken('tok_none', 130_000)
  t.equal((await store.findToken('hash-of-tok_1'))?.lastUsedAt, 100_000)
  store.touchToken('tok_1', 160_000)
  t.equal((await store.findToken('hash-of-tok_1'))?.lastUsedAt, 160_000)
})
