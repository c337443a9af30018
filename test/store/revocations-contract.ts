import type { Test } from 'tap'
import { type NewRevocation, REVOCABLE } from '../../src/store/revocation.ts'
import type { Store } from '../../src/store/store.ts'
import { type OpenStore, tokenRecord } from './contract.ts'

/** A revocation of a subject, changed as given. */
export function revocation(change: Partial<NewRevocation> = {}): NewRevocation {
  return {
    kind: 'subject',
    value: 'user-7',
    recheck: false,
    at: 5_000,
    until: undefined,
    reason: undefined,
    ...change,
  }
}

/** What every store must do with revocations; `Store` says more. */
export async function revocationsContract(
  t: Test,
  store: Store,
  open: OpenStore,
  shared: boolean,
): Promise<void> {
  const { revocations } = store

  await t.test('what was said is known to whoever asks afterwards, of every kind', async t => {
    for (const kind of REVOCABLE) {
      const said = await store.revoke(revocation({ kind, value: 'same ☃ name', reason: `left: ${kind}` }))
      await store.fresh()
      t.strictSame(revocations.find(kind, 'same ☃ name'), said)
      t.match(said, { kind, reason: `left: ${kind}`, until: undefined, at: 5_000 })
    }
    t.ok(revocations.size >= REVOCABLE.length)
    for (const value of ['same', '', '__proto__', 'constructor', '*']) {
      t.equal(revocations.find('subject', value), undefined, value)
    }
  })

  await t.test('tokens and revocations are counted together', async t => {
    await store.createToken(tokenRecord('tok_before', { createdAt: 9_001 }))
    const said = await store.revoke(revocation({ value: 'user-9' }))
    await store.createToken(tokenRecord('tok_after', { createdAt: 9_002 }))
    await store.fresh()
    const before = await store.findToken('hash-of-tok_before')
    const after = await store.findToken('hash-of-tok_after')
    t.ok((before?.sequence ?? Infinity) < said.sequence && said.sequence < (after?.sequence ?? 0))
  })

  await t.test(
    'a recheck and a refusal of the same stand side by side; the last word of each stands',
    async t => {
      const refusal = await store.revoke(revocation({ value: 'user-8' }))
      const recheck = await store.revoke(revocation({ value: 'user-8', recheck: true }))
      await store.fresh()
      t.strictSame(revocations.find('subject', 'user-8'), refusal)
      t.strictSame(revocations.findRecheck('subject', 'user-8'), recheck)
      const again = await store.revoke(revocation({ value: 'user-8', at: 6_000, until: 7_000 }))
      await store.fresh()
      t.strictSame(revocations.find('subject', 'user-8'), again)
      t.ok(again.sequence > recheck.sequence && recheck.sequence > refusal.sequence)
    },
  )

  await t.test('a refusal is lifted, and nothing else', async t => {
    await store.revoke(revocation({ value: 'user-10' }))
    await store.revoke(revocation({ value: 'user-10', recheck: true }))
    await store.revoke(revocation({ value: 'user-11' }))
    t.equal(await store.liftRevocation('subject', 'user-10'), true)
    await store.fresh()
    t.equal(revocations.find('subject', 'user-10'), undefined)
    t.ok(revocations.findRecheck('subject', 'user-10'))
    t.ok(revocations.find('subject', 'user-11'))
    t.equal(await store.liftRevocation('subject', 'user-10'), false)
    t.equal(await store.liftRevocation('organization', 'user-11'), false)
  })

  await t.test('an installation has one identity', async t => {
    const { installation } = store
    t.match(installation, { id: /^[\w-]{22}$/, secret: /^[\w-]{43}$/ })
    if (!shared) return
    const other = await open()
    t.teardown(() => other.close())
    await other.fresh()
    t.strictSame(other.installation, installation)
  })

  if (shared) await sharedRevocations(t, store, open)
}

async function sharedRevocations(t: Test, store: Store, open: OpenStore): Promise<void> {
  await t.test('N16: what another says is known after the next question, lifted ones too', async t => {
    const other = await open()
    t.teardown(() => other.close())
    for (let round = 0; round < 20; round++) {
      const value = `user-shared-${round}`
      await store.fresh()
      t.equal(store.revocations.find('subject', value), undefined)
      const said = await other.revoke(revocation({ value, until: 9e15 }))
      await store.fresh()
      t.strictSame(store.revocations.find('subject', value), said)
      t.equal(await other.liftRevocation('subject', value), true)
      await store.fresh()
      t.equal(store.revocations.find('subject', value), undefined)
    }
  })

  await t.test('a store that is opened later knows it all', async t => {
    const said = await store.revoke(revocation({ kind: 'client', value: 'late' }))
    const later = await open()
    t.teardown(() => later.close())
    await later.fresh()
    t.strictSame(later.revocations.find('client', 'late'), said)
  })

  await t.test('what has ended is forgotten in time', async t => {
    await store.revoke(revocation({ value: 'ended', until: 1 }))
    await store.fresh()
    await store.revoke(revocation({ value: 'reason to clean' }))
    const later = await open()
    t.teardown(() => later.close())
    await later.fresh()
    t.equal(later.revocations.find('subject', 'ended'), undefined)
    t.ok(later.revocations.find('subject', 'reason to clean'))
  })
}
