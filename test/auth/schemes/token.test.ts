import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import type { TokenRecord } from '../../../src/store/store.ts'
import { BEARER, bearer, setUp, TOKEN } from '../fixtures.ts'

t.test('a minted token signs in, synchronously where the store is', async t => {
  const { mint, authenticate } = setUp()
  const { token, record } = await mint({ organization: 'org-1', expiresAt: 1_800_000_000_000 })
  const caller = authenticate(bearer(token))
  t.strictSame(caller, {
    principal: {
      subject: 'user-7',
      organization: 'org-1',
      roles: ['admin'],
      scopes: ['read:*'],
      scheme: 'token',
      schemeIndex: 0,
      credentialId: record.id,
      expiresAt: 1_800_000_000_000,
      client: undefined,
      sequence: 1,
      issuedAt: undefined,
      restsOn: [],
      audience: undefined,
    },
    forwardable: {},
  })
  const again = await authenticate(bearer(token))
  t.equal(again.principal, (await caller).principal, 'the same principal, also after the use was noted')
  t.equal(authenticate(bearer(token)), again, 'all the same as long as the record is the same')
  t.ok(Object.isFrozen(caller))
})

t.test('N2: an unknown token is refused, also one letter off', async t => {
  const { mint, signIn } = setUp()
  const { token } = await mint()
  const bad = [
    `${token}x`,
    token.slice(0, -1),
    'acme_pat_',
    `acme_pat_${'A'.repeat(32)}`,
    token.replace(/.$/, '~'),
  ]
  for (const value of bad)
    await t.rejects(signIn(bearer(value)), { code: 'invalid_token', status: 401 }, value)
})

t.test('the hash and the id of a token are no credentials', async t => {
  const { mint, signIn } = setUp()
  const { record } = await mint()
  for (const value of [record.hash, record.id, record.hint, `acme_pat_${record.hash}`]) {
    await t.rejects(signIn(bearer(value)), { code: 'invalid_token' })
  }
})

t.test('N3: an expired token is refused from its last millisecond on', async t => {
  const { mint, signIn, clock } = setUp()
  const { token } = await mint({ expiresAt: clock.now + 1_000 })
  clock.now += 999
  t.ok(await signIn(bearer(token)))
  clock.now += 1
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /expired/ })
})

t.test('N16: a revoked token fails the very next request', async t => {
  const { mint, signIn, store, clock } = setUp()
  const { token, record } = await mint()
  t.ok(await signIn(bearer(token)))
  await store.revokeToken(record.id, clock.now)
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /revoked/ })
})

t.test('a revocation time or expiry that is no number refuses', async t => {
  const record: TokenRecord = {
    id: 'tok_1',
    name: 'x',
    hash: '',
    hint: '',
    subject: 'u',
    organization: undefined,
    roles: [],
    scopes: ['*'],
    createdAt: 0,
    expiresAt: undefined,
    lastUsedAt: undefined,
    revokedAt: undefined,
    sequence: 0,
  }
  for (const change of [{ revokedAt: Number.NaN }, { revokedAt: 0 }, { expiresAt: Number.NaN }]) {
    const store = { ...createMemoryStore(), findToken: () => ({ ...record, ...change }) }
    await t.rejects(setUp({ store }).signIn(bearer('acme_pat_x')), { code: 'invalid_token' })
  }
})

t.test('a use is noted, a refusal is not', async t => {
  const { mint, signIn, store, clock } = setUp()
  const { token, record } = await mint({ expiresAt: clock.now + 1_000 })
  await signIn(bearer(token))
  t.equal((await store.findToken(record.hash))?.lastUsedAt, clock.now)
  const used = clock.now
  clock.now += 100_000
  await signIn(bearer(token)).catch(() => {})
  t.equal((await store.findToken(record.hash))?.lastUsedAt, used)
})

t.test('a store that answers later, with new objects each time, gives the same principal', async t => {
  const memory = createMemoryStore()
  const store = {
    ...memory,
    findToken: async (hash: string) => {
      const record = await memory.findToken(hash)
      return record && { ...record, scopes: [...record.scopes], roles: [...record.roles] }
    },
  }
  const { mint, signIn } = setUp({ store })
  const { token } = await mint()
  const first = await signIn(bearer(token))
  t.equal((await signIn(bearer(token))).principal, first.principal)
  await t.rejects(signIn(bearer('acme_pat_unknown')), {
    code: 'invalid_token',
    headers: { 'WWW-Authenticate': /^Bearer / },
  })
})

t.test('a store that can’t be asked refuses, whether it throws or rejects', async t => {
  const failure = () => new PosternError('store_unavailable')
  const throwing = {
    ...createMemoryStore(),
    findToken: () => {
      throw failure()
    },
  }
  const rejecting = { ...createMemoryStore(), findToken: () => Promise.reject(failure()) }
  for (const store of [throwing, rejecting]) {
    await t.rejects(setUp({ store }).signIn(bearer('acme_pat_x')), { code: 'store_unavailable', status: 503 })
  }
})

t.test('N20: a minted token is never shown to the product, whatever the order of the schemes', async t => {
  const everything = { ...BEARER, prefix: undefined }
  for (const auth of [
    [everything, TOKEN],
    [TOKEN, everything],
  ]) {
    const { mint, signIn, product } = setUp({ auth })
    const { token } = await mint()
    t.equal((await signIn(bearer(token))).principal.scheme, 'token')
    await t.rejects(signIn(bearer('acme_pat_unknown')), { code: 'invalid_token' })
    t.strictSame(product.questions, [])
    t.strictSame((await signIn(bearer(token))).forwardable, {})
  }
})

t.test('a token in a header of its own', async t => {
  const { mint, signIn } = setUp({ auth: [{ ...TOKEN, header: 'X-Api-Key' }] })
  const { token } = await mint()
  t.ok(await signIn(['X-API-KEY', token]))
  await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /X-Api-Key/ })
  await t.rejects(signIn([]), {
    code: 'missing_token',
    headers: { 'WWW-Authenticate': 'ApiKey realm="acme", headers="X-Api-Key"' },
  })
})
