import t from 'tap'
import { BEARER, PAIR, pair, setUp, VERIFY } from '../fixtures.ts'

t.test('the pair signs in and may be forwarded', async t => {
  const { signIn, product } = setUp()
  const caller = await signIn(['EMAIL', 'ada@acme.example', 'token', 'secret-ada'])
  t.match(caller.principal, { subject: 'ada', scheme: 'headers', schemeIndex: 2 })
  t.strictSame(caller.forwardable, { email: 'ada@acme.example', token: 'secret-ada' })
  t.strictSame(product.questions[0]?.headers, { email: 'ada@acme.example', token: 'secret-ada' })
  t.notMatch(JSON.stringify(caller.principal), 'secret')
})

t.test('N18: Email without Token is 401 and says which header is missing', async t => {
  const { signIn, product } = setUp({ auth: [PAIR] })
  await t.rejects(signIn(['Email', 'ada@acme.example']), {
    code: 'invalid_token',
    status: 401,
    message: /^The header Token is missing: .*Email and Token/,
    headers: { 'WWW-Authenticate': 'ApiKey realm="acme", headers="Email Token"' },
  })
  await t.rejects(signIn(['Token', 'secret-ada']), { message: /^The header Email is missing/ })
  t.strictSame(product.questions, [])
})

t.test('N18: an empty or unfilled header says so', async t => {
  const { signIn, product } = setUp()
  for (const email of ['', '   ']) {
    await t.rejects(signIn(pair(email, 'secret-ada')), { code: 'invalid_token', message: /Email is empty/ })
  }
  for (const token of ['$\u007bTOKEN}', '<your token>', '$\u007benv:TOKEN}']) {
    await t.rejects(signIn(pair('ada@acme.example', token)), { message: /Token holds a placeholder/ })
  }
  t.strictSame(product.questions, [])
})

t.test('N19: Email of one user with the Token of another is 401', async t => {
  const { signIn } = setUp()
  await t.rejects(signIn(pair('ada@acme.example', 'secret-bob')), { code: 'invalid_token', status: 401 })
  await t.rejects(signIn(pair('bob@acme.example', 'secret-ada')), { code: 'invalid_token', status: 401 })
  t.equal((await signIn(pair('BOB@acme.example', 'secret-bob'))).principal.subject, 'bob')
})

t.test('N19: a verified pair does not vouch for another e-mail', async t => {
  const { signIn } = setUp()
  await signIn(pair('ada@acme.example', 'secret-ada'))
  await t.rejects(signIn(pair('bob@acme.example', 'secret-ada')), { code: 'invalid_token' })
})

t.test('N7: two joined values are ambiguous', async t => {
  const { signIn, product } = setUp()
  await t.rejects(signIn(pair('ada@acme.example, bob@acme.example', 'secret-ada')), {
    code: 'ambiguous_credentials',
  })
  await t.rejects(signIn(pair('ada@acme.example', 'secret-ada,secret-bob')), {
    code: 'ambiguous_credentials',
  })
  t.strictSame(product.questions, [])
})

t.test('control characters and overlong values are refused before anyone is asked', async t => {
  const { signIn, product } = setUp()
  for (const value of ['a\tb', 'a\u0000', 'a\r\nX: 1', 'a\u007f', 'a\u0085', 'a\u0100', 'x'.repeat(4_097)]) {
    await t.rejects(
      signIn(pair('ada@acme.example', value)),
      { code: 'invalid_token' },
      JSON.stringify(value).slice(0, 20),
    )
    await t.rejects(signIn(pair(value, 'secret-ada')), { code: 'invalid_token' })
  }
  t.strictSame(product.questions, [])
})

t.test('N20: a minted token in a header pair is not shown to the product', async t => {
  const { signIn, mint, product } = setUp()
  const { token } = await mint()
  await t.rejects(signIn(pair('ada@acme.example', token)), { code: 'invalid_token' })
  await t.rejects(signIn(pair('ada@acme.example', `Bearer ${token}`)), { code: 'invalid_token' })
  t.strictSame(product.questions, [])
})

t.test('a single header, and one that is part of another group', async t => {
  const auth = [PAIR, { ...BEARER, header: 'Token', prefix: undefined }]
  const { signIn } = setUp({ auth })
  t.equal((await signIn(['Token', 'secret-ada'])).principal.scheme, 'bearer')
  t.equal((await signIn(pair('ada@acme.example', 'secret-ada'))).principal.scheme, 'headers')
})

t.test('Authorization may be one of the headers, and is taken whole', async t => {
  const auth = [{ type: 'headers' as const, headers: ['Authorization', 'X-Tenant'], verify: VERIFY }]
  const { signIn, product } = setUp({ auth })
  await signIn(['Authorization', 'Basic YTpi', 'X-Tenant', '7']).catch(() => {})
  t.strictSame(product.questions[0]?.headers, { authorization: 'Basic YTpi', 'x-tenant': '7' })
})

t.test('a no-break space at an end makes no second credential of one', async t => {
  const { signIn, product } = setUp()
  for (const token of ['secret-ada\xa0', '\xa0secret-ada', 'secret-ada ']) {
    await t.rejects(signIn(pair('ada@acme.example', token)), { code: 'invalid_token' }, JSON.stringify(token))
  }
  t.same(product.questions, [])
})

t.test('the order of the headers in the configuration does not change the credential’s id', async t => {
  const ids = await Promise.all(
    [PAIR, { ...PAIR, headers: ['Token', 'Email'] }].map(async scheme => {
      const { signIn, product } = setUp({ auth: [scheme] })
      await signIn(pair('ada@acme.example', 'secret-ada'))
      return Object.keys(product.questions[0]?.headers ?? {})
    }),
  )
  t.strictSame(ids[0], ids[1])
})
