import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import type { SealedRecords } from '../../../src/store/sealed-records.ts'
import { createSealedCredentials } from '../../../src/upstream/credentials/sealed-credentials.ts'
import { createSealer } from '../../../src/upstream/credentials/sealer.ts'
import { createSealingKey } from './fixtures.ts'

const HEADERS = { authorization: 'Bearer s3cr3t' }
const ADA = { api: 'billing', subject: 'ada', organization: undefined }
const UNREADABLE = { code: 'sealed_credential_unreadable' }

function open(records: SealedRecords, ...keys: string[]) {
  return createSealedCredentials(records, createSealer({ keys: keys.map(value => ({ value })) }), 'acme')
}

t.test('a credential’s life: kept, used, replaced, deleted', async t => {
  const records = createMemoryStore()
  const sealed = open(records, createSealingKey())
  t.equal(await sealed.get(ADA), undefined)
  await sealed.set(ADA, HEADERS)
  t.strictSame(await sealed.get(ADA), HEADERS)
  t.notMatch(JSON.stringify(await records.getSealed('billing/ada')), 's3cr3t')
  await sealed.set(ADA, { authorization: 'Bearer other' })
  t.strictSame(await sealed.get(ADA), { authorization: 'Bearer other' })
  t.equal(await sealed.delete(ADA), true)
  t.equal(await sealed.get(ADA), undefined, 'the very next question')
  t.equal(await sealed.delete(ADA), false)
})

t.test('no two owners share one, whatever they are called', async t => {
  const names = [
    'ada',
    'ada/org-1',
    'a/d',
    '%2F',
    'ADA',
    'ada ',
    'ä',
    '{x}',
    '\u0000',
    '../bob',
    '🙂',
    "o'hara",
  ]
  const owners = names.flatMap(subject =>
    [undefined, 'org-1', 'org/1', '%'].map(organization => ({ api: 'billing', subject, organization })),
  )
  const records = createMemoryStore()
  const sealed = open(records, createSealingKey())
  for (const [index, owner] of owners.entries()) await sealed.set(owner, { authorization: `${index}` })
  for (const [index, owner] of owners.entries()) {
    t.strictSame(await sealed.get(owner), { authorization: `${index}` })
  }
  const listed = await sealed.list()
  t.equal(listed.length, owners.length)
  for (const owner of owners) t.ok(listed.some(each => JSON.stringify(each) === JSON.stringify(owner)))
  for (const key of await records.listSealed()) t.match(key, /^[\x21-\x7a\x7c\x7e]+$/, 'fit for any store')
})

t.test('what can be no owner has none and can’t be given one', async t => {
  const sealed = open(createMemoryStore(), createSealingKey())
  for (const more of [
    { subject: '' },
    { subject: '\ud800' },
    { subject: 'x'.repeat(3_000) },
    { organization: '' },
  ]) {
    t.equal(await sealed.get({ ...ADA, ...more }), undefined)
    t.equal(await sealed.delete({ ...ADA, ...more }), false)
    await t.rejects(sealed.set({ ...ADA, ...more }, HEADERS), { code: 'invalid_params' })
  }
})

t.test('a record that is copied to somebody else does not open', async t => {
  const records = createMemoryStore()
  const key = createSealingKey()
  const sealed = open(records, key)
  await sealed.set(ADA, HEADERS)
  const record = (await records.getSealed('billing/ada')) ?? ''
  for (const other of ['billing/bob', 'ledger/ada', 'billing/ada/org-1'])
    await records.putSealed(other, record)
  await t.rejects(sealed.get({ ...ADA, subject: 'bob' }), UNREADABLE)
  await t.rejects(sealed.get({ ...ADA, api: 'ledger' }), UNREADABLE)
  await t.rejects(sealed.get({ ...ADA, organization: 'org-1' }), UNREADABLE)
  const elsewhere = createSealedCredentials(records, createSealer({ keys: [{ value: key }] }), 'staging')
  await t.rejects(elsewhere.get(ADA), UNREADABLE, 'nor in another installation with the same key')
  t.strictSame(await sealed.get(ADA), HEADERS)
})

t.test('what an older key sealed is sealed anew when it is read', async t => {
  const records = createMemoryStore()
  const [old, next] = [createSealingKey(), createSealingKey()]
  await open(records, old).set(ADA, HEADERS)
  const before = await records.getSealed('billing/ada')
  t.strictSame(await open(records, next, old).get(ADA), HEADERS)
  t.not(await records.getSealed('billing/ada'), before)
  t.strictSame(await open(records, next).get(ADA), HEADERS, 'the older key can go')
  const settled = await records.getSealed('billing/ada')
  await open(records, next, old).get(ADA)
  t.equal(await records.getSealed('billing/ada'), settled, 'once')
})

t.test('sealing anew brings nothing back that was deleted or replaced meanwhile', async t => {
  const store = createMemoryStore()
  const [old, next] = [createSealingKey(), createSealingKey()]
  for (const meanwhile of ['deleted', 'replaced']) {
    await open(store, old).set(ADA, HEADERS)
    const records: SealedRecords = {
      ...store,
      async getSealed(key) {
        const value = await store.getSealed(key)
        if (meanwhile === 'deleted') await store.deleteSealed(key)
        else await open(store, next).set(ADA, { authorization: 'Bearer newer' })
        return value
      },
    }
    await open(records, next, old).get(ADA)
    const left = await open(store, next, old).get(ADA)
    t.strictSame(left, meanwhile === 'deleted' ? undefined : { authorization: 'Bearer newer' }, meanwhile)
  }
})

t.test('a store that can’t be written still serves; one that can’t be asked refuses', async t => {
  const store = createMemoryStore()
  const [old, next] = [createSealingKey(), createSealingKey()]
  await open(store, old).set(ADA, HEADERS)
  const down = async () => {
    throw new PosternError('store_unavailable')
  }
  t.strictSame(await open({ ...store, replaceSealed: down }, next, old).get(ADA), HEADERS)
  await t.rejects(open({ ...store, getSealed: down }, next, old).get(ADA), { code: 'store_unavailable' })
})

t.test('reseal: all that an older key sealed, and whose can’t be read', async t => {
  const records = createMemoryStore()
  const [old, next] = [createSealingKey(), createSealingKey()]
  for (const subject of ['ada', 'bob']) await open(records, old).set({ ...ADA, subject }, HEADERS)
  await open(records, next).set({ ...ADA, subject: 'eve' }, HEADERS)
  await open(records, createSealingKey()).set({ ...ADA, subject: 'lost' }, HEADERS)
  t.strictSame(await open(records, next, old).reseal(), {
    resealed: 2,
    unreadable: [{ api: 'billing', subject: 'lost', organization: undefined }],
  })
  t.equal((await open(records, next, old).reseal()).resealed, 0)
  for (const subject of ['ada', 'bob', 'eve']) {
    t.strictSame(await open(records, next).get({ ...ADA, subject }), HEADERS)
  }
})
