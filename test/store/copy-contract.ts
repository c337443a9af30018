import type { Test } from 'tap'
import type { Store } from '../../src/store/store.ts'
import { tokenRecord } from './contract.ts'
import { revocation } from './revocations-contract.ts'

/** What every store must do when it takes over another one's state. `open` opens an empty one. */
export async function copyContract(t: Test, open: () => Store | Promise<Store>): Promise<void> {
  const store = await open()
  t.teardown(() => store.close())
  const installation = { id: 'another', secret: 'its secret', createdAt: 5 }
  const said = { ...revocation({ value: 'gone', reason: 'left ☃' }), sequence: 40 }
  const recheck = { ...revocation({ value: 'gone', recheck: true, until: 9_000 }), sequence: 41 }

  await t.test('it becomes the other installation, with its revocations and its count', async t => {
    await store.fresh()
    await store.adopt({ installation, sequence: 50, revocations: [said, recheck] })
    await store.fresh()
    t.match(store.installation, installation)
    t.strictSame(store.revocations.find('subject', 'gone'), said)
    t.strictSame(store.revocations.findRecheck('subject', 'gone'), recheck)
    t.ok((await store.revoke(revocation({ value: 'next' }))).sequence > 50)
  })

  await t.test('once more it is the same; the later of two words stands, whoever said it', async t => {
    const own = await store.revoke(revocation({ value: 'own' }))
    const later = { ...said, sequence: 45, reason: 'later' }
    await store.adopt({
      installation,
      sequence: 46,
      revocations: [later, { ...own, sequence: 3, reason: 'old' }],
    })
    await store.fresh()
    t.match(store.installation, installation)
    t.strictSame(store.revocations.find('subject', 'gone'), later)
    t.strictSame(store.revocations.find('subject', 'own'), own)
    t.ok(store.revocations.find('subject', 'next'))
    t.ok((await store.revoke(revocation({ value: 'after' }))).sequence > own.sequence)
  })

  await t.test('tokens come as they are', async t => {
    const records = [
      tokenRecord('tok_1', { sequence: 7, lastUsedAt: 12_000 }),
      tokenRecord('tok_2', { sequence: 8, revokedAt: 11_000, createdAt: 900, organization: undefined }),
      tokenRecord('tok_3', { sequence: 9, expiresAt: undefined, roles: [], subject: 'x' }),
    ]
    await store.restoreTokens(records)
    for (const record of records) {
      t.strictSame(await store.getToken(record.id), record)
      t.strictSame(await store.findToken(record.hash), record)
    }
    t.strictSame((await store.pageTokens({ limit: 9 })).map(({ id }) => id).toSorted(), [
      'tok_1',
      'tok_2',
      'tok_3',
    ])
    t.strictSame(
      (await store.pageTokens({ subject: 'x', limit: 9 })).map(({ id }) => id),
      ['tok_3'],
    )
    t.equal(await store.revokeToken('tok_3', 13_000), true)
  })

  await t.test('nothing that is revoked or ended becomes good again', async t => {
    await store.endToken('tok_1', 50_000)
    await store.restoreTokens([
      tokenRecord('tok_1', { sequence: 99, lastUsedAt: 11_000, expiresAt: 60_000 }),
      tokenRecord('tok_2', { sequence: 98, createdAt: 900, organization: undefined, lastUsedAt: 13_000 }),
      tokenRecord('tok_3', { sequence: 9, expiresAt: 70_000, roles: [], subject: 'x' }),
    ])
    t.match(await store.getToken('tok_1'), { sequence: 7, lastUsedAt: 12_000, expiresAt: 50_000 })
    t.match(await store.getToken('tok_2'), { sequence: 8, revokedAt: 11_000, lastUsedAt: 13_000 })
    t.match(await store.getToken('tok_3'), { revokedAt: 13_000, expiresAt: 70_000 })
    t.equal((await store.listTokens()).length, 3)
  })

  await t.test('another token in the place of one is refused', async t => {
    for (const record of [
      tokenRecord('tok_1', { hash: 'other' }),
      tokenRecord('tok_9', { hash: 'hash-of-tok_1' }),
    ]) {
      await t.rejects(store.restoreTokens([record]), { code: 'conflict' })
    }
    t.equal(await store.getToken('tok_9'), undefined)
    t.equal(await store.findToken('other'), undefined)
  })
}
