import t from 'tap'
import { BEARER, bearer, setUp } from '../fixtures.ts'

t.test('the product’s own token signs in and may be forwarded', async t => {
  const { signIn, product } = setUp()
  const caller = await signIn(['authorization', 'bearer   lct_pat_ada'])
  t.match(caller, {
    principal: {
      subject: 'ada',
      organization: 'org-1',
      roles: ['accountant'],
      scopes: ['read:invoices', 'write:contacts'],
      scheme: 'bearer',
      schemeIndex: 1,
    },
    forwardable: { authorization: 'Bearer lct_pat_ada' },
    exchangeable: 'lct_pat_ada',
  })
  t.strictSame(product.questions[0]?.headers, { authorization: 'Bearer lct_pat_ada' })
  t.notMatch(JSON.stringify(caller.principal), 'lct_pat_ada')
})

t.test('a known token is answered synchronously', async t => {
  const { signIn, authenticate } = setUp()
  const { principal } = await signIn(bearer('lct_pat_ada'))
  t.match(authenticate(bearer('lct_pat_ada')), { principal })
})

t.test('N2: a token that the product refuses is 401 with a challenge', async t => {
  const { signIn } = setUp()
  await t.rejects(signIn(bearer('lct_pat_eve')), {
    code: 'invalid_token',
    headers: { 'WWW-Authenticate': /^Bearer realm="acme", error="invalid_token"/ },
  })
})

t.test('N4: a token of another kind is not shown to the product', async t => {
  const { signIn, product } = setUp()
  for (const token of ['ghp_foreign', 'LCT_PAT_ada', 'eyJhbGciOiJub25lIn0.e30.']) {
    await t.rejects(signIn(bearer(token)), { code: 'invalid_token', message: /starts with lct_pat_/ })
  }
  t.strictSame(product.questions, [])
})

t.test('a token in a header of its own is asked and forwarded in it', async t => {
  const { signIn, product } = setUp({ auth: [{ ...BEARER, header: 'X-Api-Key', prefix: undefined }] })
  await t.rejects(signIn(['X-Api-Key', 'anything']), { code: 'invalid_token' })
  t.strictSame(product.questions[0]?.headers, { 'x-api-key': 'anything' })
})

t.test('two bearer schemes keep their answers apart', async t => {
  const auth = [
    { ...BEARER, prefix: 'one_' },
    { ...BEARER, prefix: undefined, verify: { ...BEARER.verify, grant: ['x'] } },
  ]
  const { signIn } = setUp({ auth, ask: async () => ({ status: 200, body: { id: 'ada' } }) })
  t.strictSame((await signIn(bearer('one_a'))).principal.scopes, [])
  t.match((await signIn(bearer('two_a'))).principal, { scopes: ['x'], schemeIndex: 1 })
})
