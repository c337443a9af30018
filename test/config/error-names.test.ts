import t from 'tap'
import { NAMEABLE_CODES, nameError, renamedCode } from '../../src/config/error-names.ts'
import { ERRORS, PosternError } from '../../src/errors.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const revoked = new PosternError('invalid_token', { message: 'Revoked.', data: { reason: 'revoked' } })

t.test('without names, an error is called as ever', async t => {
  t.same(nameError(revoked, undefined), { code: 'invalid_token', message: 'Revoked.' })
  t.same(nameError(revoked, {}), { code: 'invalid_token', message: 'Revoked.' })
  t.equal(renamedCode(revoked, {}), undefined)
  t.equal(renamedCode(undefined, { revoked: { code: 'x' } }), undefined)
})

t.test('the finer name is taken before that of its code', async t => {
  const names = { invalid_token: { code: 'bad' }, revoked: { code: 'gone', message: 'It is gone.' } }
  t.same(nameError(revoked, names), { code: 'gone', reason: 'revoked', message: 'It is gone.' })
  t.same(nameError(revoked, { invalid_token: { code: 'bad' } }), {
    code: 'bad',
    reason: 'revoked',
    message: 'Revoked.',
  })
  t.match(nameError(new PosternError('invalid_token'), names), { code: 'bad', reason: 'invalid_token' })
  t.equal(renamedCode(revoked, names), 'gone')
  const foreign = new PosternError('invalid_token', { data: { reason: 'audience' } })
  t.match(nameError(foreign, names), { code: 'bad', reason: 'invalid_token' })
  const other = new PosternError('access_denied', { data: { reason: 'revoked' } })
  t.same(nameError(other, names).code, 'access_denied', 'only credentials are revoked')
})

t.test('a code that a rule has given to an answer stays', async t => {
  const error = new PosternError('unreadable_resource', { message: 'No.', data: { code: 'own.no' } })
  t.same(nameError(error, undefined), { code: 'own.no', reason: 'unreadable_resource', message: 'No.' })
})

t.test('the authorization server keeps the names of RFC 6749', async t => {
  const names = { oauth_invalid_grant: { code: 'mine' } } as object
  t.equal(nameError(new PosternError('oauth_invalid_grant'), names).code, 'oauth_invalid_grant')
  const codes = new Set<string>(NAMEABLE_CODES.map(([code]) => code))
  for (const code of Object.keys(ERRORS)) {
    const isKept = code.startsWith('oauth_') || /^(configuration|document)_invalid$/.test(code)
    t.equal(codes.has(code), !isKept, code)
  }
})

t.test('the configuration names codes that there are, and nothing that breaks a line', async t => {
  const { errors } = loadText(
    t,
    `${MINIMAL}errors: { revoked: a.b, rate_limited: { code: 'SLOW-1', message: 'Später.' } }`,
  )
  t.same(errors, {
    revoked: { code: 'a.b', message: undefined },
    rate_limited: { code: 'SLOW-1', message: 'Später.' },
  })
  t.equal(loadText(t, MINIMAL).errors, undefined)
  for (const [text, path, words] of [
    ['{ insufficent_scope: x }', 'errors.insufficent_scope', /did you mean insufficient_scope/],
    ['{ oauth_invalid_grant: x }', 'errors.oauth_invalid_grant', /not a known key/],
    ['{ __proto__: x }', 'errors.__proto__', /not a key/],
    ['{ rate_limited: "a b" }', 'errors.rate_limited', /not an error code/],
    ['{ rate_limited: "" }', 'errors.rate_limited', /not an error code/],
    [`{ rate_limited: "${'x'.repeat(129)}" }`, 'errors.rate_limited', /not an error code/],
    ['{ rate_limited: { code: a, message: "one\\ntwo" } }', 'errors.rate_limited.message', /not a message/],
    ['{ rate_limited: { code: a, message: "\\e[2J" } }', 'errors.rate_limited.message', /not a message/],
    ['{ rate_limited: { code: a, message: "\\u202eevil" } }', 'errors.rate_limited.message', /not a message/],
    ['{ rate_limited: { code: a, message: " " } }', 'errors.rate_limited.message', /not a message/],
    ['{ rate_limited: { message: a } }', 'errors.rate_limited.code', /missing/],
  ] as const) {
    const [problem, ...more] = problemsOf(t, `${MINIMAL}errors: ${text}`)
    t.equal(problem?.path, path, text)
    t.match(`${problem?.message}; ${problem?.fix}`, words, text)
    t.same(more, [], text)
  }
})

t.test('rules name error answers by status, with or without the code in the body', async t => {
  const withRule = (errors: string) =>
    MINIMAL.replace(
      'openapi: billing.yaml',
      `openapi: billing.yaml, tools: { rules: [{ match: { method: GET }, errors: ${errors} }] }`,
    )
  const { apis } = loadText(t, withRule('{ 403: a.b, "409 STALE VERSION": { code: c } }'))
  t.same(Object.keys(apis[0]?.tools.rules?.[0]?.errors ?? {}), ['403', '409 STALE VERSION'])
  for (const key of [
    '200',
    '302',
    '600',
    '40',
    '4xx',
    '"403 "',
    '" 403"',
    '"403  x "',
    '"403\\tx"',
    '"403x"',
  ]) {
    t.match(problemsOf(t, withRule(`{ ${key}: a }`))[0]?.message, /the key is not an answer/, key)
  }
  t.match(problemsOf(t, withRule('{}'))[0]?.message, /empty/)
})
