/** What the store's answers, and their absence, make of a sign-in. */
import t from 'tap'
import { createAuthenticator } from '../../src/auth/authenticate.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import { PosternError } from '../../src/errors.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'
import { ANONYMOUS, BEARER, bearer, createProduct, TOKEN } from './fixtures.ts'

function setUp(stale?: number) {
  const memory = createMemoryStore()
  const state = { isDown: false, asked: 0, now: 1_000 }
  const unavailable = () => new PosternError('store_unavailable', { headers: { 'Retry-After': '1' } })
  const store: Store = {
    ...memory,
    fresh() {
      state.asked++
      return state.isDown ? Promise.reject(unavailable()) : Promise.resolve()
    },
    async findToken(hash) {
      if (state.isDown) throw unavailable()
      return memory.findToken(hash)
    },
  }
  const product = createProduct()
  const authenticator = createAuthenticator({
    auth: [TOKEN, BEARER, ANONYMOUS],
    name: 'acme',
    store,
    stale,
    verifyWithProduct: product.ask,
    now: () => state.now,
  })
  const signIn = async (rawHeaders: string[], allowed?: ReadonlySet<'token' | 'bearer'>) =>
    authenticator.authenticate({ headers: {}, rawHeaders }, { allowed })
  const mint = async (expiresAt?: number) => {
    const options = { prefix: TOKEN.prefix, name: 'laptop', subject: 'ada', roles: [], scopes: ['read:*'] }
    const minted = mintToken(expiresAt === undefined ? options : { ...options, expiresAt }, state.now)
    await memory.createToken(minted.record)
    return minted
  }
  return { memory, state, product, signIn, mint }
}

t.test('the store is asked before any kept answer is given, and not for who presents nothing', async t => {
  const { state, signIn, product } = setUp()
  await signIn([])
  t.equal(state.asked, 0)
  await signIn(bearer('lct_pat_ada'))
  await signIn(bearer('lct_pat_ada'))
  t.equal(state.asked, 2)
  t.equal(product.questions.length, 1)
  state.isDown = true
  await t.rejects(signIn(bearer('lct_pat_ada')), { code: 'store_unavailable', status: 503 })
  t.match((await signIn([])).principal, { scheme: 'anonymous' })
})

t.test('stale: who was verified lately goes on, nobody else', async t => {
  const { state, signIn, product, mint } = setUp(30_000)
  const minted = await mint(5_000)
  const late = await mint()
  await signIn(bearer(minted.token))
  await signIn(bearer('lct_pat_ada'))
  state.isDown = true
  const unavailable = { code: 'store_unavailable', status: 503, headers: { 'Retry-After': '1' } }
  t.match((await signIn(bearer(minted.token))).principal, { credentialId: minted.record.id })
  const ada = await signIn(bearer('lct_pat_ada'))
  t.strictSame(ada.forwardable, { authorization: 'Bearer lct_pat_ada' })
  t.equal(product.questions.length, 1)
  await t.rejects(signIn(bearer('lct_pat_bob')), unavailable, 'a good one that was never seen')
  await t.rejects(signIn(bearer(late.token)), unavailable)
  await t.rejects(signIn(bearer(`${minted.token}x`)), unavailable)
  await t.rejects(signIn(bearer('lct_pat_ada'), new Set(['token'])), unavailable, 'not at this endpoint')
  state.now = 5_000
  await t.rejects(signIn(bearer(minted.token)), unavailable, 'ended meanwhile')
})

t.test('stale: what is known to be revoked stays refused', async t => {
  const { memory, state, signIn } = setUp(30_000)
  await signIn(bearer('lct_pat_ada'))
  await memory.revoke({
    kind: 'subject',
    value: 'ada',
    recheck: false,
    at: 1,
    until: undefined,
    reason: undefined,
  })
  state.isDown = true
  await t.rejects(signIn(bearer('lct_pat_ada')), { code: 'invalid_token', status: 401 })
})

t.test('stale: whom the product has refused since does not go on', async t => {
  const { state, signIn, product } = setUp(30_000)
  await signIn(bearer('lct_pat_ada'))
  state.now += 60_000
  product.deleteToken('lct_pat_ada')
  await t.rejects(signIn(bearer('lct_pat_ada')), { code: 'invalid_token' })
  state.isDown = true
  await t.rejects(signIn(bearer('lct_pat_ada')), { code: 'store_unavailable', status: 503 })
})

t.test('stale: a token that was ended since does not go on', async t => {
  const { memory, state, signIn, mint } = setUp(30_000)
  const { token, record } = await mint()
  await signIn(bearer(token))
  const word = { kind: 'credential', value: record.id, recheck: true } as const
  await memory.revoke({ ...word, at: state.now, until: undefined, reason: undefined })
  state.isDown = true
  await t.rejects(signIn(bearer(token)), { code: 'store_unavailable' }, 'learnt, and never asked with since')
})

t.test('stale: whom the product shall be asked about anew does not go on unasked', async t => {
  const { memory, state, signIn } = setUp(30_000)
  await signIn(bearer('lct_pat_ada'))
  const about = { at: 1, until: undefined, reason: undefined }
  await memory.revoke({ kind: 'subject', value: 'bob', recheck: true, ...about })
  state.isDown = true
  t.match((await signIn(bearer('lct_pat_ada'))).principal, { subject: 'ada' }, 'somebody else')
  await memory.revoke({ kind: 'subject', value: 'ada', recheck: true, ...about })
  await t.rejects(signIn(bearer('lct_pat_ada')), { code: 'store_unavailable' })
})

t.test(
  'stale: the caller’s own token can still be exchanged, so that no other credential takes its place',
  async t => {
    const { state, signIn } = setUp(30_000)
    const before = await signIn(['authorization', 'bearer  lct_pat_ada'])
    t.equal(before.exchangeable, 'lct_pat_ada')
    state.isDown = true
    const { doubt: _, ...kept } = before
    t.strictSame(await signIn(['authorization', 'bearer  lct_pat_ada']), kept, 'nobody could be asked anew')
  },
)
