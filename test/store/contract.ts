import type { Test } from 'tap'
import type { Store, TokenRecord } from '../../src/store/store.ts'
import { countersContract } from './counters-contract.ts'
import { oauthTokensContract } from './oauth-tokens-contract.ts'
import { recordsContract } from './records-contract.ts'
import { revocationsContract } from './revocations-contract.ts'
import { sealedContract } from './sealed-contract.ts'
import { tokensContract } from './tokens-contract.ts'

/** Opens one more store on the same state; the contract closes it. */
export type OpenStore = () => Store | Promise<Store>

/** A token record with every field filled in, as `mintToken` makes it. */
export function tokenRecord(id: string, change: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id,
    name: `name of ${id}`,
    hash: `hash-of-${id}`,
    hint: 'acme_pat_abcd',
    subject: 'user-7',
    organization: 'org-1',
    roles: ['accountant', 'ünïcode ☃'],
    scopes: ['read:invoices', 'write:*'],
    createdAt: 1_000,
    expiresAt: 2_000_000_000_000,
    lastUsedAt: undefined,
    revokedAt: undefined,
    sequence: 0,
    ...change,
  }
}

/** What every store must do. `shared` tells whether two opened stores see the same state. */
export async function storeContract(t: Test, open: OpenStore, shared: boolean): Promise<void> {
  const store = await open()
  t.teardown(() => store.close())

  await t.test('a created token is found by its hash, whole and frozen', async t => {
    const record = tokenRecord('tok_a')
    await store.createToken(record)
    const found = await store.findToken(record.hash)
    t.ok((found?.sequence ?? 0) > 0)
    t.strictSame({ ...found, sequence: 0 }, record)
    t.ok(Object.isFrozen(found))
    t.ok(Object.isFrozen(found?.scopes) && Object.isFrozen(found?.roles))
  })

  await t.test('functions need no `this`', async t => {
    const { fresh, findToken, touchToken } = store
    await fresh()
    t.equal((await findToken('hash-of-tok_a'))?.id, 'tok_a')
    t.doesNotThrow(() => touchToken('tok_a', 1_500))
  })

  await t.test('optional fields come back as undefined', async t => {
    const record = tokenRecord('tok_b', { organization: undefined, expiresAt: undefined, createdAt: 2_000 })
    await store.createToken(record)
    t.strictSame({ ...(await store.findToken(record.hash)), sequence: 0 }, record)
  })

  await t.test('an unknown hash, an id or a hostile string finds nothing', async t => {
    for (const hash of [
      'nope',
      'tok_a',
      '',
      '__proto__',
      'constructor',
      "' OR 1=1 --",
      '*',
      'hash-of-tok_A',
    ]) {
      t.equal(await store.findToken(hash), undefined, hash)
    }
  })

  await t.test('an id or a hash is taken once', async t => {
    await t.rejects(store.createToken(tokenRecord('tok_a', { hash: 'other' })), { code: 'internal_error' })
    await t.rejects(store.createToken(tokenRecord('tok_z', { hash: 'hash-of-tok_a' })), {
      code: 'internal_error',
    })
    t.equal(await store.findToken('other'), undefined)
    t.equal((await store.findToken('hash-of-tok_a'))?.id, 'tok_a')
    t.equal(await store.revokeToken('tok_z', 1), false)
  })

  await t.test('tokens are listed oldest first', async t => {
    await store.createToken(tokenRecord('tok_0', { createdAt: 500 }))
    t.strictSame(
      (await store.listTokens()).map(record => record.id),
      ['tok_0', 'tok_a', 'tok_b'],
    )
  })

  await t.test('N16: a revocation is seen by the very next question', async t => {
    t.equal((await store.findToken('hash-of-tok_a'))?.revokedAt, undefined)
    t.equal(await store.revokeToken('tok_a', 5_000), true)
    await store.fresh()
    t.equal((await store.findToken('hash-of-tok_a'))?.revokedAt, 5_000)
    t.equal((await store.findToken('hash-of-tok_b'))?.revokedAt, undefined)
  })

  await t.test('revoking again is harmless and keeps the first time', async t => {
    t.equal(await store.revokeToken('tok_a', 9_000), true)
    t.equal((await store.findToken('hash-of-tok_a'))?.revokedAt, 5_000)
  })

  await t.test('revoking what is not there says so', async t => {
    t.equal(await store.revokeToken('tok_none', 1), false)
    t.equal(await store.revokeToken('hash-of-tok_b', 1), false)
  })

  await t.test('a token is ended earlier, never later', async t => {
    await store.createToken(tokenRecord('tok_end', { createdAt: 2_500, expiresAt: 90_000 }))
    const endOf = async () => (await store.findToken('hash-of-tok_end'))?.expiresAt
    t.equal(await endOf(), 90_000)
    for (const [end, expected] of [
      [80_000, 80_000],
      [85_000, 80_000],
      [70_000, 70_000],
    ]) {
      t.equal(await store.endToken('tok_end', end ?? 0), true)
      await store.fresh()
      t.equal(await endOf(), expected)
    }
    t.equal(await store.endToken('tok_none', 1), false)
  })

  await t.test('many tokens', t => tokensContract(t, store))
  await t.test('OAuth access tokens', t => oauthTokensContract(t, store))
  await t.test('revocations', t => revocationsContract(t, store, open, shared))
  await t.test('sealed credentials', t => sealedContract(t, store, open, shared))

  await t.test('records', t => recordsContract(t, store, open, shared))

  await t.test('it is ready', async t => {
    await t.resolves(store.ready())
  })

  await t.test('counters', t => countersContract(t, store, open, shared))

  if (shared) await sharedContract(t, store, open)
}

async function sharedContract(t: Test, store: Store, open: OpenStore): Promise<void> {
  await t.test(
    'N16: what another connection creates and revokes is seen by the very next question',
    async t => {
      const other = await open()
      t.teardown(() => other.close())
      for (let round = 0; round < 20; round++) {
        const record = tokenRecord(`tok_shared_${round}`, { createdAt: 3_000 + round })
        t.equal(await store.findToken(record.hash), undefined)
        await other.createToken(record)
        await store.fresh()
        t.equal((await store.findToken(record.hash))?.revokedAt, undefined)
        t.ok(await store.findToken(record.hash))
        await other.revokeToken(record.id, 7_000)
        await store.fresh()
        t.equal((await store.findToken(record.hash))?.revokedAt, 7_000)
      }
    },
  )

  await t.test('a use is written when the store closes at the latest, and revives nothing', async t => {
    const user = await open()
    user.touchToken('tok_b', 8_000)
    user.touchToken('tok_b', 9_000)
    user.touchToken('tok_none', 9_000)
    await user.close()
    await store.fresh()
    t.equal((await store.findToken('hash-of-tok_b'))?.lastUsedAt, 9_000)
    t.notOk((await store.listTokens()).some(record => record.id === 'tok_none'))
  })

  await t.test('a closed store refuses instead of guessing', async t => {
    const closed = await open()
    await closed.fresh()
    await closed.close()
    await t.rejects(async () => closed.fresh(), { code: 'store_unavailable' })
    await t.rejects(async () => closed.findToken('hash-of-tok_b'), { code: 'store_unavailable' })
    await t.rejects(closed.ready(), { code: 'store_unavailable' })
    await t.rejects(closed.createToken(tokenRecord('tok_late')), { code: 'store_unavailable' })
    await t.rejects(closed.revokeToken('tok_b', 1), { code: 'store_unavailable' })
  })
}
