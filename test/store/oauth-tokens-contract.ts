import type { Test } from 'tap'
import type { OAuthPart, Store, TokenRecord } from '../../src/store/store.ts'
import { tokenRecord } from './contract.ts'

/** An OAuth access token's record, with every field filled in. */
export function oauthRecord(id: string, change: Partial<TokenRecord> = {}): TokenRecord {
  const oauth: OAuthPart = {
    grant: 'gra_1',
    client: 'https://client.example/metadata.json',
    resource: 'https://mcp.example/mcp',
    credential: 'crd_1',
    sealed: '1.salt.text',
  }
  return tokenRecord(id, { createdAt: Date.now(), expiresAt: Date.now() + 3_600_000, oauth, ...change })
}

/** What every store must do with OAuth access tokens. It may hold others already. */
export async function oauthTokensContract(t: Test, store: Store): Promise<void> {
  const listed = async () => (await store.listTokens()).map(({ id }) => id)
  const before = await listed()

  await t.test('one is found with what it has besides, frozen throughout', async t => {
    const bare = { grant: 'gra_2', client: 'c', resource: 'r', credential: undefined, sealed: undefined }
    for (const record of [oauthRecord('oat_a'), oauthRecord('oat_b', { oauth: bare })]) {
      await store.createToken(record)
      for (const found of [await store.findToken(record.hash), await store.getToken(record.id)]) {
        t.strictSame({ ...found, sequence: 0 }, record)
        t.ok((found?.sequence ?? 0) > 0)
        t.ok(Object.isFrozen(found) && Object.isFrozen(found?.oauth))
      }
    }
    t.notOk('oauth' in ((await store.getToken(before[0] ?? '')) ?? { oauth: 1 }), 'another one has nothing')
  })

  await t.test('an id or a hash is taken once', async t => {
    await t.rejects(store.createToken(oauthRecord('oat_a', { hash: 'x' })), { code: 'internal_error' })
    await t.rejects(store.createToken(oauthRecord('oat_x', { hash: 'hash-of-oat_a' })), {
      code: 'internal_error',
    })
  })

  await t.test('it is in no list, and no list goes on after it', async t => {
    t.strictSame(await listed(), before)
    for (const subject of [undefined, 'user-7']) {
      const page = await store.pageTokens({ subject, limit: 1_000 })
      t.notOk(page.some(({ oauth }) => oauth !== undefined))
    }
    t.strictSame(await store.pageTokens({ after: 'oat_a', limit: 10 }), [])
  })

  await t.test('it is ended and revoked by its id', async t => {
    const end = Date.now() + 60_000
    t.equal(await store.endToken('oat_a', end), true)
    t.equal(await store.revokeToken('oat_b', 5_000), true)
    await store.fresh()
    t.match(await store.findToken('hash-of-oat_a'), { expiresAt: end, oauth: { grant: 'gra_1' } })
    t.match(await store.findToken('hash-of-oat_b'), { revokedAt: 5_000, oauth: { grant: 'gra_2' } })
  })

  await t.test('it goes once it has been over for an hour, and no other does', async t => {
    const past = (minutes: number) => ({ createdAt: 1_000, expiresAt: Date.now() - minutes * 60_000 })
    await store.createToken(tokenRecord('tok_past', past(120)))
    await store.createToken(oauthRecord('oat_late', past(50)))
    await store.createToken(oauthRecord('oat_endless', { expiresAt: undefined }))
    for (let i = 0; i < 6; i++) await store.createToken(oauthRecord(`oat_gone_${i}`, past(61 + i)))
    for (let i = 0; i < 20; i++) await store.createToken(oauthRecord(`oat_next_${i}`))
    for (let i = 0; i < 6; i++) {
      t.equal(await store.getToken(`oat_gone_${i}`), undefined)
      t.equal(await store.revokeToken(`oat_gone_${i}`, 1), false)
    }
    t.ok(await store.getToken('tok_past'))
    t.ok(await store.getToken('oat_late'))
    t.equal((await store.getToken('oat_endless'))?.expiresAt, undefined)
    t.ok(await store.getToken('oat_a'))
    t.ok(await store.getToken('oat_next_19'))
  })
}
