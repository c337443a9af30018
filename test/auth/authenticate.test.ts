import fc from 'fast-check'
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { ANONYMOUS, BEARER, bearer, PAIR, pair, setUp, TOKEN } from './fixtures.ts'

t.test('N1: no credential is 401 with a challenge, and says what to send', async t => {
  const { signIn } = setUp()
  await t.rejects(signIn(['Host', 'mcp.acme.example', 'Accept', '*/*']), {
    code: 'missing_token',
    status: 401,
    message: /Authorization: Bearer ….*acme_pat_.*, or .*lct_pat_.*, or the headers Email and Token/,
    headers: { 'WWW-Authenticate': 'Bearer realm="acme"' },
  })
})

t.test('N1: where only a header pair signs in, the challenge is not Bearer', async t => {
  const { signIn } = setUp({ auth: [PAIR] })
  await t.rejects(signIn([]), {
    code: 'missing_token',
    headers: { 'WWW-Authenticate': 'ApiKey realm="acme", headers="Email Token"' },
  })
})

t.test('N2: garbage in Authorization is 401', async t => {
  const { signIn } = setUp()
  const garbage = [
    '',
    ' ',
    'garbage',
    'Bearer',
    'Bearer ',
    'Basic YWRhOnNlY3JldA==',
    'Bearer a b',
    'Bearer é',
    'Negotiate x',
  ]
  for (const value of garbage) {
    await t.rejects(
      signIn(['Authorization', value]),
      { code: 'invalid_token', status: 401 },
      JSON.stringify(value),
    )
  }
})

t.test('N6: a token anywhere but in its header is not read', async t => {
  const { signIn, mint } = setUp()
  const { token } = await mint()
  for (const raw of [
    ['Cookie', `access_token=${token}`],
    ['Proxy-Authorization', `Bearer ${token}`],
    ['X-Forwarded-Authorization', `Bearer ${token}`],
    ['Referer', `https://x/?access_token=${token}`],
    [':path', `/mcp?access_token=${token}`],
  ]) {
    await t.rejects(signIn(raw), { code: 'missing_token' }, raw.join())
  }
})

t.test('N7: two Authorization headers are 400, even if one of them is good or both are equal', async t => {
  const { signIn, mint } = setUp({ auth: [TOKEN, BEARER, PAIR, ANONYMOUS] })
  const { token } = await mint()
  for (const raw of [
    [...bearer(token), ...bearer('lct_pat_ada')],
    [...bearer(token), ...bearer(token)],
    [...bearer(token), 'authorization', ''],
    ['Authorization', `Bearer ${token}, Bearer ${token}`],
    [...pair('ada@acme.example', 'secret-ada'), 'token', 'secret-bob'],
  ]) {
    await t.rejects(
      signIn(raw),
      { code: 'ambiguous_credentials', status: 400 },
      raw.filter((_, i) => i % 2 === 0).join(),
    )
  }
})

t.test('N7: credentials of two schemes at once are 400, whatever they are worth', async t => {
  const { signIn, mint, product } = setUp({ auth: [TOKEN, BEARER, PAIR, ANONYMOUS] })
  const { token } = await mint()
  for (const raw of [
    [...bearer(token), ...pair('ada@acme.example', 'secret-ada')],
    [...bearer(token), 'Email', 'ada@acme.example'],
    [...bearer('garbage'), 'Token', 'secret-ada'],
  ]) {
    await t.rejects(signIn(raw), { code: 'ambiguous_credentials' })
    await t.rejects(
      signIn(raw, ['token']),
      { code: 'ambiguous_credentials' },
      'also where one of them signs in nowhere',
    )
  }
  t.strictSame(product.questions, [])
})

t.test('N13: a string of another kind, such as a code or a JWT, is no bearer token here', async t => {
  const { signIn } = setUp()
  for (const value of ['SplxlOBeZQQYbYS6WxSbIA', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.']) {
    await t.rejects(signIn(bearer(value)), { code: 'invalid_token' })
  }
})

t.test('N21: headers that claim an identity are not believed', async t => {
  const { signIn, mint } = setUp({ auth: [TOKEN, ANONYMOUS] })
  const spoofed = [
    'X-User',
    'admin',
    'X-Forwarded-User',
    'admin',
    'Remote-User',
    'admin',
    'Email',
    'root@acme.example',
  ]
  t.equal((await signIn(spoofed)).principal.subject, 'anonymous')
  const { token } = await mint()
  t.equal((await signIn([...spoofed, ...bearer(token)])).principal.subject, 'user-7')
})

t.test('anonymous is for those who present nothing', async t => {
  const { signIn } = setUp({ auth: [TOKEN, BEARER, PAIR, ANONYMOUS] })
  const { principal } = await signIn(['Host', 'x'])
  t.match(principal, { subject: 'anonymous', scopes: ['read:status'], schemeIndex: 3 })
  t.equal((await signIn([])).principal, principal)
})

t.test('a credential that is refused never falls through to anonymous', async t => {
  const { signIn, mint, store, clock } = setUp({ auth: [ANONYMOUS, TOKEN, BEARER, PAIR] })
  const { token, record } = await mint()
  await store.revokeToken(record.id, clock.now)
  for (const raw of [
    bearer(token),
    bearer('acme_pat_unknown'),
    bearer('lct_pat_eve'),
    bearer('garbage'),
    ['Authorization', ''],
    ['Authorization', 'Basic eA=='],
    ['Email', 'ada@acme.example'],
    ['Token', ''],
    pair('ada@acme.example', 'wrong'),
  ]) {
    await t.rejects(signIn(raw), { code: 'invalid_token', status: 401 }, raw.join())
  }
})

t.test('where only anonymous callers are let in, a credential is refused with a plain word', async t => {
  const { signIn } = setUp({ auth: [ANONYMOUS] })
  await t.rejects(signIn(bearer('anything')), {
    code: 'invalid_token',
    message: /takes none: remove the credential headers/,
    headers: { 'WWW-Authenticate': /^Bearer/ },
  })
})

t.test('an endpoint lets in the schemes that it allows, and no others', async t => {
  const { signIn, mint } = setUp({ auth: [TOKEN, BEARER, PAIR, ANONYMOUS] })
  const { token } = await mint()
  t.ok(await signIn(bearer(token), ['token']))
  await t.rejects(signIn(bearer('lct_pat_ada'), ['token']), { code: 'invalid_token' })
  await t.rejects(signIn(bearer(token), ['bearer']), { code: 'invalid_token' })
  await t.rejects(signIn(pair('ada@acme.example', 'secret-ada'), ['token', 'anonymous']), {
    code: 'invalid_token',
  })
  await t.rejects(signIn([], ['token']), { code: 'missing_token', message: /^(?!.*Email).*acme_pat_/ })
  await t.rejects(signIn([], ['headers']), {
    code: 'missing_token',
    headers: { 'WWW-Authenticate': /^ApiKey/ },
  })
  t.ok(await signIn([], ['anonymous']))
  await t.rejects(signIn([], []), { code: 'missing_token' })
})

t.test('one set of allowed schemes does not leak into another', async t => {
  const { signIn } = setUp({ auth: [TOKEN, ANONYMOUS] })
  t.ok(await signIn([]))
  await t.rejects(signIn([], ['token']), { code: 'missing_token' })
  t.ok(await signIn([]))
})

t.test('an upstream that can’t be asked is 503 with Retry-After and no challenge', async t => {
  const { signIn } = setUp({
    ask: async () => {
      throw new PosternError('upstream_timeout')
    },
  })
  const error: unknown = await signIn(bearer('lct_pat_ada')).catch(reason => reason)
  t.match(error, { code: 'upstream_unavailable', status: 503 })
  t.strictSame(error instanceof PosternError && error.headers, { 'Retry-After': '5' })
})

t.test('property: whatever the headers, nobody gets in without a credential that is good', async t => {
  const { signIn, mint } = setUp({ auth: [TOKEN, BEARER, PAIR] })
  const { token } = await mint()
  const name = fc.constantFrom(
    'Authorization',
    'authorization',
    'Email',
    'Token',
    'TOKEN',
    'X-Api-Key',
    'Cookie',
    '__proto__',
  )
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'Bearer',
      'Bearer acme_pat_',
      'Bearer lct_pat_',
      'ada@acme.example',
      'Bearer null',
      `bearer ${token}x`,
    ),
    fc.string().map(text => `Bearer ${text}`),
    fc.string().map(text => `Bearer acme_pat_${text}`),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 5 }), async headers => {
      const error: unknown = await signIn(headers.flat()).then(
        caller => caller,
        reason => reason,
      )
      return error instanceof PosternError && [400, 401].includes(error.status)
    }),
    { numRuns: 2_000 },
  )
  t.pass('2,000 cases')
})
