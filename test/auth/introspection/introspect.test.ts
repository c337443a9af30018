import t, { type Test } from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { bearer, setUp } from '../fixtures.ts'
import { AUDIENCE, createIntrospectionServer, GOOD, json, NOW, type Reply } from './server.ts'

const UNAVAILABLE = { code: 'upstream_unavailable', status: 503, headers: { 'Retry-After': /^\d+$/ } }
const REFUSED = {
  code: 'invalid_token',
  status: 401,
  headers: { 'WWW-Authenticate': /error="invalid_token"/ },
}

async function start(t: Test, introspection = {}, verify = {}) {
  const server = await createIntrospectionServer(t)
  return { ...setUp({ auth: [server.scheme(introspection, verify)] }), ...server }
}

t.test('an active token signs in, with what the answer says', async t => {
  const { signIn, requests } = await start(t)
  const { principal, forwardable } = await signIn(bearer('opaque-1'))
  t.match(principal, {
    subject: 'ada',
    organization: undefined,
    scopes: ['read:invoices', 'write:contacts'],
    scheme: 'bearer',
    client: 'cli',
    expiresAt: (NOW + 600) * 1_000,
    issuedAt: (NOW - 90) * 1_000,
    credentialId: /^crd_[\w-]{16}$/,
  })
  t.strictSame(forwardable, {}, 'a token that was issued for this gateway reaches no backend')
  t.equal(requests.length, 1)
  const [question] = requests
  t.match(question, { method: 'POST', url: '/introspect' })
  t.same(
    [...(question?.form ?? [])],
    [
      ['token', 'opaque-1'],
      ['token_type_hint', 'access_token'],
    ],
  )
  t.equal(question?.headers.authorization, `Basic ${Buffer.from('gw:s3cret').toString('base64')}`)
  t.equal(question?.headers['content-type'], 'application/x-www-form-urlencoded')
  t.equal(question?.headers.accept, 'application/json')
})

t.test('the client’s secret by either method, encoded as RFC 6749 wants it', async t => {
  const hard = { clientId: 'g:w é', clientSecret: 'a:b+c%d e' }
  const basic = await start(t, hard)
  await basic.signIn(bearer('x'))
  const pair = Buffer.from('g%3Aw+%C3%A9:a%3Ab%2Bc%25d+e').toString('base64')
  t.equal(basic.requests[0]?.headers.authorization, `Basic ${pair}`)
  const post = await start(t, { ...hard, clientAuthentication: 'client_secret_post' })
  await post.signIn(bearer('x'))
  t.equal(post.requests[0]?.headers.authorization, undefined)
  t.equal(post.requests[0]?.form.get('client_id'), hard.clientId)
  t.equal(post.requests[0]?.form.get('client_secret'), hard.clientSecret)
})

t.test('a token can’t add fields to the question', async t => {
  const { signIn, requests } = await start(t)
  await signIn(bearer('x&token=good&client_id=evil#%26'))
  t.same(requests[0]?.form.getAll('token'), ['x&token=good&client_id=evil#%26'])
  t.notOk(requests[0]?.form.has('client_id'))
})

t.test('forward: true hands the token on', async t => {
  const { signIn } = await start(t, { forward: true })
  t.same((await signIn(bearer('x'))).forwardable, { authorization: 'Bearer x' })
})

t.test('N2, N16: an inactive token is 401, and asked about once', async t => {
  const { signIn, state, requests, clock } = await start(t)
  await signIn(bearer('x'))
  state.reply = json({ active: false })
  clock.now += 30_000
  await t.rejects(signIn(bearer('x')), REFUSED)
  await t.rejects(signIn(bearer('x')), REFUSED)
  t.equal(requests.length, 2)
})

t.test('N3: exp ends the credential, also out of the cache', async t => {
  const { signIn, state, requests, clock } = await start(t)
  state.reply = json({ ...GOOD, exp: NOW + 2 })
  await signIn(bearer('x'))
  clock.now += 1_700
  await signIn(bearer('x'))
  t.equal(requests.length, 1)
  clock.now += 300
  await t.rejects(signIn(bearer('x')), REFUSED, 'the server still says active; the time is up')
  t.equal(requests.length, 2)
})

t.test('N3, N4, N10–N12: active tokens that are not for here, or not now', async t => {
  const { signIn, state } = await start(t, { issuer: GOOD.iss, clients: ['cli', 'app'] })
  const wrong: Record<string, unknown>[] = [
    { exp: NOW },
    { exp: 0 },
    { nbf: NOW + 31 },
    { aud: undefined },
    { aud: 'https://mcp.acme.example/mcp/' },
    { aud: `${AUDIENCE}-other` },
    { aud: [] },
    { aud: [AUDIENCE, 7] },
    { aud: { [AUDIENCE]: true } },
    { aud: `other ${AUDIENCE}` },
    { iss: undefined },
    { iss: 'https://id.acme.example/' },
    { iss: [GOOD.iss] },
    { client_id: undefined },
    { client_id: 'evil' },
    { client_id: ['cli'] },
    { token_type: 'DPoP' },
    { token_type: 'refresh_token' },
    { token_type: 7 },
    { token_use: 'refresh_token' },
    { token_use: 'id' },
    { typ: 'Refresh' },
    { cnf: { jkt: 'x' } },
  ]
  for (const [index, change] of wrong.entries()) {
    state.reply = json({ ...GOOD, ...change })
    await t.rejects(signIn(bearer(`wrong-${index}`)), REFUSED, JSON.stringify(change))
  }
  for (const [index, change] of [
    {},
    { aud: ['x', AUDIENCE] },
    { nbf: NOW + 30 },
    { exp: null },
    { client_id: 'app' },
  ].entries()) {
    state.reply = json({ ...GOOD, ...change })
    t.equal((await signIn(bearer(`right-${index}`))).principal.subject, 'ada', JSON.stringify(change))
  }
})

t.test('an answer that can’t be understood accepts nobody and is 503', async t => {
  const { signIn, state, requests } = await start(t)
  const text = JSON.stringify(GOOD)
  const replies: Record<string, Reply> = {
    'active as a text': json({ ...GOOD, active: 'true' }),
    'active as a number': json({ ...GOOD, active: 1 }),
    'no active': json({ ...GOOD, active: undefined }),
    'active inherited': json(`{"__proto__":${text}}`),
    'active twice': json(`{"active":false,${text.slice(1)}`),
    'a list': json([GOOD]),
    'a text': json(JSON.stringify(text)),
    null: json('null'),
    'no JSON': json('<html>'),
    'nothing at all': json(''),
    'a signed answer': response =>
      void response.writeHead(200, { 'content-type': 'application/token-introspection+jwt' }).end(text),
    'a page': response => void response.writeHead(200, { 'content-type': 'text/html' }).end(text),
    'no type': response => void response.writeHead(200).end(text),
    'no subject': json({ ...GOOD, sub: undefined }),
    'a subject that is a list': json({ ...GOOD, sub: ['ada'] }),
    'a subject with a line break': json({ ...GOOD, sub: 'a\nb' }),
    'exp as a text': json({ ...GOOD, exp: 'never' }),
    'exp beyond all times': json(text.replace(/"exp":\d+/, '"exp":1e999')),
    'a scope that is a mapping': json({ ...GOOD, scope: { '*': true } }),
    'too large': json({ ...GOOD, padding: 'x'.repeat(70_000) }),
    201: json(GOOD, 201),
    204: response => void response.writeHead(204).end(),
    400: json(GOOD, 400),
    '401, which is about the gateway’s own client': json(GOOD, 401),
    403: json(GOOD, 403),
    404: json(GOOD, 404),
    500: json(GOOD, 500),
    reset: response => void response.destroy(),
    'cut short': response => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write(text)
      setImmediate(() => response.destroy())
    },
  }
  let count = 0
  for (const [title, reply] of Object.entries(replies)) {
    state.reply = reply
    await t.rejects(signIn(bearer('x')), UNAVAILABLE, title)
    t.equal(requests.length, ++count, `${title}: not kept`)
  }
  state.reply = json(GOOD)
  t.equal((await signIn(bearer('x'))).principal.subject, 'ada', 'and it recovers')
})

t.test('N20: a redirect is not followed with the token and the secret', async t => {
  const { signIn, state } = await start(t)
  const elsewhere = await createIntrospectionServer(t)
  for (const status of [301, 302, 303, 307, 308]) {
    state.reply = response => void response.writeHead(status, { location: elsewhere.url }).end()
    await t.rejects(signIn(bearer('x')), UNAVAILABLE, String(status))
  }
  t.same(elsewhere.requests, [])
})

t.test('Retry-After of a server that is busy is passed on', async t => {
  const { signIn, state } = await start(t)
  for (const status of [429, 503]) {
    state.reply = response => void response.writeHead(status, { 'retry-after': '17' }).end()
    await t.rejects(signIn(bearer('x')), { code: 'upstream_unavailable', headers: { 'Retry-After': '17' } })
  }
})

t.test('a server that does not answer holds nobody who goes away', async t => {
  const { signIn, state, requests } = await start(t)
  const asked = Promise.withResolvers<void>()
  state.reply = () => asked.resolve()
  const leaving = new AbortController()
  const left = signIn(bearer('x'), undefined, leaving.signal)
  await asked.promise
  leaving.abort()
  await t.rejects(left, { code: 'cancelled' })
  t.equal(requests.length, 1)
})

t.test('a server that is too slow is 503, before its answer and in the middle of it', async t => {
  const { signIn, state } = await start(t, { timeout: '150ms' })
  state.reply = () => {}
  await t.rejects(signIn(bearer('x')), UNAVAILABLE)
  state.reply = response => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"active":true,"sub":"ada"')
  }
  await t.rejects(signIn(bearer('x')), UNAVAILABLE)
})

t.test('the mapping may be changed', async t => {
  const { signIn, state } = await start(
    t,
    {},
    { subject: 'username', roles: 'realm.roles[].name', organization: 'ext.org' },
  )
  state.reply = json({ ...GOOD, realm: { roles: [{ name: 'admin' }] }, ext: { org: 'acme' } })
  t.match((await signIn(bearer('x'))).principal, {
    subject: 'ada@acme.example',
    roles: ['admin'],
    organization: 'acme',
  })
})

t.test('neither the token nor the secret is in any error', async t => {
  const { signIn, state } = await start(t)
  for (const reply of [
    json({ active: false }),
    json(GOOD, 401),
    json('x'),
    (response => void response.destroy()) as Reply,
  ]) {
    state.reply = reply
    const error: unknown = await signIn(bearer('t0ken')).catch(error => error)
    const detail = error instanceof PosternError ? `${error.detail} ${String(error.cause)}` : ''
    t.notMatch(`${error} ${JSON.stringify(error)} ${detail}`, /t0ken|s3cret|czNjcmV0/)
  }
})
