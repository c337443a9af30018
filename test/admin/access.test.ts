/** Who gets to the API and who does not: callers, roles, browsers, other spellings of its paths, sizes. */
import { request } from 'node:http'
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { build } from '../build.ts'
import { ADMIN, adminGateway, signed } from './gateway.ts'

const BODY = { kind: 'subject', value: 'ada' }

t.test('without the key in the configuration there is nothing', async t => {
  const { origin, mint } = await build(t)
  const { token } = await mint(['*'], { roles: ['admin', 'operator'] })
  for (const path of ['/admin', '/admin/', '/admin/tokens', '/admin/openapi.json']) {
    const { status } = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } })
    t.equal(status, 404, path)
  }
})

t.test('every operation needs a credential, the role, and nothing less', async t => {
  const { ask, mint, app, audit } = await adminGateway(t)
  const { token: weak, id } = await mint(['*', 'operator'], { roles: ['Operator', 'operators', 'admin'] })
  const { token: gone, id: goneId } = await mint(['*'], { roles: ['operator'] })
  const { token: ended } = await mint(['*'], { roles: ['operator'], expiresAt: Date.now() - 1 })
  await app.store.revokeToken(goneId, Date.now())
  const before = await app.store.listTokens()
  for (const [method, path, body] of [
    ['POST', '/revocations', BODY],
    ['GET', '/revocations', undefined],
    ['DELETE', '/revocations/subject/ada', undefined],
    ['POST', '/tokens', { name: 'n', scopes: ['*'], roles: ['operator'] }],
    ['GET', '/tokens', undefined],
    ['DELETE', `/tokens/${id}`, undefined],
    ['POST', `/tokens/${id}/rotate`, { overlap: '0s' }],
    ['GET', '/openapi.json', undefined],
  ] as const) {
    for (const [token, status, code] of [
      [null, 401, 'missing_token'],
      ['postern_pat_nobody', 401, 'invalid_token'],
      ['', 401, 'invalid_token'],
      [gone, 401, 'invalid_token'],
      [ended, 401, 'invalid_token'],
      [weak, 403, 'access_denied'],
    ] as const) {
      const answered = await ask(method, path, { body, token })
      t.match(answered, { status, body: { error: { code } } }, `${method} ${path} ${code}`)
      t.equal(answered.headers.get('www-authenticate') === null, status !== 401)
      t.match(audit().at(-1), { event: 'admin', outcome: 'denied', code, arguments: undefined })
    }
    t.match(audit().at(-1), { subject: 'tester', operation: String })
  }
  await app.store.fresh()
  t.equal(app.store.revocations.all().filter(({ value }) => value === 'ada').length, 0)
  t.strictSame(
    (await app.store.listTokens()).map(({ id, revokedAt }) => [id, revokedAt]),
    before.map(({ id, revokedAt }) => [id, revokedAt]),
  )
})

t.test('anonymous callers and schemes that are not named never sign in, whatever their roles', async t => {
  const { ask } = await adminGateway(t, config => ({
    ...config,
    auth: [
      ...config.auth.filter(({ type }) => type !== 'anonymous'),
      { type: 'anonymous', subject: 'a', roles: ['operator'], scopes: ['*'] } as never,
    ],
    admin: { ...ADMIN, auth: ['token'] },
  }))
  t.match(await ask('GET', '/tokens', { token: null }), { status: 401 })
  const product = await ask('GET', '/tokens', {
    token: null,
    headers: { authorization: 'Bearer tally_pat_x' },
  })
  t.equal(product.status, 401)
})

t.test('pages of browsers get nowhere', async t => {
  const { ask, operator, origin, app } = await adminGateway(t)
  for (const [headers, code] of [
    [{ origin: 'https://evil.example' }, 'origin_not_allowed'],
    [{ origin: 'null' }, 'origin_not_allowed'],
    [{ 'sec-fetch-site': 'cross-site' }, 'origin_not_allowed'],
    [{ 'content-type': 'text/plain' }, 'unsupported_media_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 'unsupported_media_type'],
    [{ 'content-type': 'application/json; charset=utf-16' }, 'unsupported_media_type'],
    [{ 'content-type': 'application/jsonp' }, 'unsupported_media_type'],
    [{ 'content-encoding': 'gzip' }, 'unsupported_media_type'],
  ] as const) {
    const answered = await ask('POST', '/revocations', { body: BODY, headers })
    t.match(answered.body, { error: { code } })
    t.equal(answered.headers.get('access-control-allow-origin'), null)
  }
  const bare = await fetch(`${origin}/admin/revocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}` },
    body: Buffer.from(JSON.stringify(BODY)),
  })
  t.equal(bare.status, 415, 'a body without a type')
  const preflight = await ask('OPTIONS', '/revocations', {
    token: null,
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
  })
  t.equal(preflight.status, 405)
  t.notOk([...preflight.headers.keys()].some(name => name.startsWith('access-control')))
  t.equal(
    (await ask('GET', '/tokens', { token: null, headers: { cookie: `token=${operator}` } })).status,
    401,
  )
  const rebound = await raw(origin, 'GET', '/admin/tokens', {
    host: 'evil.example',
    authorization: `Bearer ${operator}`,
  })
  t.match(rebound, { status: 403, text: /host_not_allowed/ })
  await app.store.fresh()
  t.equal(app.store.revocations.size, 0)
})

t.test('other spellings of a path are other paths', async t => {
  const { origin, operator, mint, app } = await adminGateway(t)
  const { id } = await mint(['read:*'])
  const headers = { authorization: `Bearer ${operator}` }
  for (const path of [
    '/admin',
    '/admin/',
    '/admin//tokens',
    '/admin/tokens/',
    '/admin/Tokens',
    '/admin/./tokens',
    '/admin/%2e/tokens',
    '/admin/x/../tokens',
    '/admin/x/%2e%2e/tokens',
    '/%61dmin/tokens',
    '/admin/%74okens',
    '/admin%2ftokens',
    '/admin/tokens%2f',
    '/admin/tokens;x',
    '/admin/tokens%00',
    '/ADMIN/tokens',
    '/adminx/tokens',
    '/mcp/../admin/tokens',
    '//admin/tokens',
  ]) {
    t.equal((await raw(origin, 'GET', path, headers)).status, 404, path)
  }
  for (const path of [
    '/admin/tokens/%',
    '/admin/tokens/%ff',
    `/admin/tokens/${id}/..`,
    `/admin/tokens/..%2f${id}`,
  ]) {
    const { status } = await raw(origin, 'DELETE', path, headers)
    t.ok(status === 404 || status === 400, `${path} ${status}`)
  }
  t.equal((await app.store.getToken(id))?.revokedAt, undefined)
})

t.test('methods that are not meant are refused, also by a header', async t => {
  const { ask, mint, app } = await adminGateway(t)
  const { id } = await mint(['read:*'])
  for (const method of ['HEAD', 'PUT', 'PATCH', 'OPTIONS']) {
    t.equal((await ask(method, '/tokens')).status, 405, method)
  }
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    t.equal((await ask('GET', `/tokens/${id}`, { headers: { [name]: 'DELETE' } })).status, 405)
    t.equal(
      (await ask('POST', `/tokens/${id}?_method=DELETE`, { body: {}, headers: { [name]: 'DELETE' } })).status,
      405,
    )
  }
  t.equal((await app.store.getToken(id))?.revokedAt, undefined)
})

t.test('bodies: too large, not JSON, a member twice or unknown, poisoned, of another shape', async t => {
  const { ask, app, audit } = await adminGateway(t)
  for (const [body, status, words] of [
    [JSON.stringify({ ...BODY, reason: 'x'.repeat(65_536) }), 413, /larger/],
    ['', 400, /not valid JSON/],
    ['{', 400, /not valid JSON/],
    ['{"kind":"subject","kind":"client","value":"ada"}', 400, /twice/],
    ['{"kind":"subject","value":"ada","\\u0076alue":"bob"}', 400, /twice/],
    [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, /UTF-8/],
    ['[]', 400, /must be a JSON object/],
    ['null', 400, /must be a JSON object/],
    ['"subject"', 400, /must be a JSON object/],
    ['{}', 400, /one of kind and value, jti, or token/],
    ['{"kind":"subject"}', 400, /belong together/],
    ['{"kind":"subject","value":"ada","jti":"x"}', 400, /one of/],
    ['{"kind":"subject","value":"ada","force":true,"a\\u001b[2J":1}', 400, /force is not known here; a�/],
    ['{"kind":"subject","value":"ada","__proto__":{"recheck":true}}', 400, /__proto__ is not known here/],
    ['{"kind":"everybody","value":"ada"}', 400, /kind: must be one of/],
    ['{"kind":"subject","value":7}', 400, /value: must be a text/],
    ['{"kind":"subject","value":""}', 400, /value: must have 1 to/],
    ['{"kind":"subject","value":"a\\u0000"}', 400, /none of them control/],
    ['{"kind":"subject","value":"ada","recheck":"yes"}', 400, /recheck/],
    ['{"kind":"subject","value":"ada","until":"2020-01-01T00:00:00Z"}', 400, /has passed/],
    ['{"kind":"subject","value":"ada","until":"2099-01-01"}', 400, /with its zone/],
    ['{"kind":"subject","value":"ada","until":"2099-01-01T00:00:00"}', 400, /with its zone/],
    ['{"kind":"subject","value":"ada","expiresIn":"0s"}', 400, /span of time/],
    ['{"kind":"subject","value":"ada","expiresIn":"999999d"}', 400, /span of time/],
    [
      '{"kind":"subject","value":"ada","expiresIn":"1d","until":"2099-01-01T00:00:00Z"}',
      400,
      /exclude each other/,
    ],
    ['{"kind":"subject","value":"ada","expiresIn":"1d","recheck":true}', 400, /does not end/],
    ['{"token":"tok_x","expiresIn":"1d"}', 400, /for good/],
    ['{"token":"postern_pat_0123456789abcdef"}', 400, /never the token itself/],
    ['{"kind":"credential","value":"ada"}', 400, /never the credential itself/],
    ['{"kind":"subject","value":"postern_pat_0123456789abcdef"}', 400, /a credential itself/],
    ['{"jti":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"}', 400, /a credential itself/],
    [`[${'['.repeat(30_000)}`, 400, /not valid JSON/],
  ] as const) {
    const answered = await ask('POST', '/revocations', { body })
    t.equal(answered.status, status, String(body).slice(0, 80))
    t.match(answered.body.error.message, words)
    t.notMatch(answered.body.error.message, '0123456789abcdef')
    t.notOk(answered.body.error.message.includes('\u001b'))
  }
  t.notMatch(JSON.stringify(audit()), /0123456789abcdef|eyJhbGci/)
  for (const query of [
    '?limit=0',
    '?limit=1001',
    '?limit=-1',
    '?limit=1e2',
    '?limit=1&limit=2',
    '?x=1',
    '?after=x',
    '?__proto__=1',
  ]) {
    t.equal((await ask('GET', `/revocations${query}`)).status, 400, query)
  }
  t.equal(
    (await ask('POST', '/revocations?recheck=true', { body: BODY })).status,
    400,
    'no query is taken here',
  )
  await app.store.fresh()
  t.equal(app.store.revocations.size, 0)
})

t.test('while the store can’t be asked nothing is promised', async t => {
  const { ask, app, audit } = await adminGateway(t)
  const { store } = app
  const unavailable = () => {
    throw new PosternError('store_unavailable', {
      detail: 'redis: 10.1.2.3 is gone',
      headers: { 'Retry-After': '1' },
    })
  }
  const { fresh, revoke } = store
  for (const [name, method, path, body] of [
    ['revoke', 'POST', '/revocations', BODY],
    ['createToken', 'POST', '/tokens', { name: 'n', scopes: ['*'] }],
    ['pageTokens', 'GET', '/tokens', undefined],
    ['liftRevocation', 'DELETE', '/revocations/subject/ada', undefined],
    ['revokeToken', 'DELETE', '/tokens/tok_x', undefined],
  ] as const) {
    const { [name]: working } = store
    store[name] = async () => unavailable()
    const answered = await ask(method, path, { body })
    Object.assign(store, { [name]: working })
    t.match(
      answered,
      { status: 503, body: { error: { code: 'store_unavailable', message: /nothing is promised/ } } },
      name,
    )
    t.equal(answered.headers.get('retry-after'), '1')
    t.notMatch(JSON.stringify(answered.body), '10.1.2.3')
    t.match(audit().at(-1), { outcome: 'error', code: 'store_unavailable' })
  }
  store.fresh = unavailable
  const webhook = { body: JSON.stringify(BODY), headers: signed(JSON.stringify(BODY)), token: null }
  t.equal((await ask('GET', '/tokens')).status, 503)
  store.revoke = async () => unavailable()
  t.equal((await ask('POST', '/revocations', webhook)).status, 503)
  Object.assign(store, { fresh, revoke })
  t.equal((await ask('POST', '/revocations', webhook)).status, 201)
})

/** Sends a path as it is. */
function raw(
  origin: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    request({ hostname, port, method, path, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
      .on('error', reject)
      .end()
  })
}
