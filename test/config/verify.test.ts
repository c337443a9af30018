import t, { type Test } from 'tap'
import { loadText, problemsOf } from './load-text.ts'

/** A configuration that is valid but for the given schemes (flow YAML). */
const withAuth = (auth: string) => `name: acme
apis: [{ name: billing, openapi: billing.yaml }]
auth: [${auth}]
`
const bearer = (verify: string) => `{ type: bearer, verify: { grant: [a], ${verify} } }`
const pair = (verify: string, subject = 'subject: Email') =>
  `{ type: headers, headers: [Email, Token], ${subject}, verify: { grant: [a], ${verify} } }`
const introspection = (keys: string) =>
  bearer(
    `introspection: { url: "https://id.example.com/introspect", clientId: gw, clientSecret: s3cret, ${keys} }`,
  )

const ENV = { GATEWAY_KEY: 'gw-key-0123456789', BAD: 'two\nlines-of-secret', PADDED: ' padded-secret' }

function loads(t: Test, auth: string) {
  t.ok(loadText(t, withAuth(auth), ENV), auth)
}

function refuses(t: Test, auth: string, path: string, message: RegExp) {
  const problems = problemsOf(t, withAuth(auth), ENV)
  t.same(
    problems.map(problem => problem.path),
    [path],
    auth,
  )
  t.match(problems[0]?.message, message, auth)
  t.ok(problems[0]?.fix, auth)
  const text = JSON.stringify(problems)
  for (const secret of ['gw-key', 'lines-of-secret', 'padded-secret', 's3cret', '0000'])
    t.notMatch(text, secret)
}

t.test('questions of every kind', async t => {
  for (const verify of [
    'request: GET /me',
    'request: "PUT /v1/check?full=1"',
    'request: QUERY /me',
    'request: GET /me, headers: { X-Api-Key: { presented: token } }',
    `request: GET /me, headers: { Authorization: { presented: TOKEN, prefix: "Token " }, X-Gw: "\${GATEWAY_KEY}" }`,
    'request: GET /me, headers: { X-Auth: { presented: authorization } }',
    'request: POST /check, body: { json: { key: { presented: token }, kind: api, n: [1, { of: { presented: token } }] } }',
    `request: POST /check, headers: { X-Gw: "\${GATEWAY_KEY}" }, body: { form: { key: { presented: token } } }`,
  ]) {
    loads(t, bearer(verify))
  }
  loads(t, pair('request: GET /me, headers: { X-User: { presented: email }, X-Key: { presented: Token } }'))
  loads(t, pair('request: GET /me, identity: mail, headers: { X-Key: { presented: Token } }'))
})

t.test('a question that says nothing about the caller is refused', async t => {
  for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'CONNECT']) {
    refuses(t, bearer(`request: ${method} /me`), 'auth[0].verify.request', /names nobody/)
  }
  refuses(
    t,
    bearer(`request: GET /me, headers: { X-Gw: "\${GATEWAY_KEY}" }`),
    'auth[0].verify.headers',
    /alike for everybody/,
  )
  refuses(
    t,
    bearer(`request: POST /me, headers: { X-Gw: "\${GATEWAY_KEY}" }, body: { json: { kind: api } }`),
    'auth[0].verify.body',
    /alike for everybody/,
  )
  refuses(
    t,
    pair('request: GET /me, headers: { X-User: { presented: Email } }'),
    'auth[0].verify.headers',
    /would not carry the Token/,
  )
  refuses(
    t,
    pair('request: GET /me, headers: { X-Key: { presented: Token } }'),
    'auth[0].verify.headers',
    /would not carry the Email/,
  )
})

t.test('a question that could be altered is refused, without showing what is in it', async t => {
  const headers = 'auth[0].verify.headers'
  const key = 'X-Key: { presented: token }'
  const ask = (more: string) => bearer(`request: GET /me, headers: { ${key}, ${more} }`)
  refuses(t, ask(`X-Gw: "\${BAD}"`), `${headers}.X-Gw`, /line break/)
  refuses(t, ask(`X-Gw: "\${PADDED}"`), `${headers}.X-Gw`, /space/)
  refuses(t, ask('X-Gw: 0000'), `${headers}.X-Gw`, /where/)
  refuses(t, ask('x-key: other'), `${headers}.x-key`, /twice/)
  refuses(t, ask('Host: evil.example'), `${headers}.Host`, /can’t be set/)
  refuses(t, ask('Cookie: { presented: token }'), `${headers}.Cookie`, /can’t be set/)
  refuses(t, ask('Content-Type: text/plain'), `${headers}.Content-Type`, /can’t be set/)
  refuses(t, ask('X-Gw: "{token}"'), `${headers}.X-Gw`, /placeholder/)
  refuses(t, ask('X-Gw: "Bearer <token>"'), `${headers}.X-Gw`, /placeholder/)
  refuses(t, ask('X-Gw: { presented: token, prefix: "Bearer {token}" }'), `${headers}.X-Gw`, /placeholder/)
  refuses(t, ask('X-Gw: { presented: password }'), `${headers}.X-Gw.presented`, /not a part/)
  refuses(t, ask('X-Gw: { presented: token, sufix: x }'), `${headers}.X-Gw.sufix`, /not a known key/)
  refuses(
    t,
    bearer('request: POST /me, body: { json: { key: { presented: token, also: x } } }'),
    'auth[0].verify.body.json.key',
    /no meaning beside presented/,
  )
  refuses(
    t,
    bearer('request: GET /me, body: { json: { key: { presented: token } } }'),
    'auth[0].verify.body',
    /no body/,
  )
  refuses(t, bearer('request: POST /me, body: {}'), 'auth[0].verify.body', /neither/)
  for (const path of ['//evil.example/me', '/../me', '/a/%2e%2e/me', '/me#x', '/\\evil.example']) {
    refuses(t, bearer(`request: 'GET ${path}'`), 'auth[0].verify.request', /leave the API/)
  }
})

t.test('places are dotted paths or JMESPath, and mistakes are reported at load', async t => {
  for (const place of [
    'id',
    'a.b-c.0.d',
    '"user id"',
    'items[?active]|[0].owner.id',
    'a || b',
    '$.id',
    'größe.ñ',
  ]) {
    loads(t, bearer(`request: GET /me, subject: '${place}'`))
    loads(t, bearer(`request: GET /me, roles: '${place}', organization: '${place}'`))
  }
  for (const place of ['a b', 'items[?', 'a..b', 'id.', 'f(', '{a: b']) {
    refuses(t, bearer(`request: GET /me, scopes: '${place}'`), 'auth[0].verify.scopes', /neither/)
  }
})

t.test('an expression that makes somebody of nobody is refused', async t => {
  for (const place of [
    "id || ''guest''",
    "''ada''",
    'to_string(id)',
    '`7`',
    'length(keys(@))',
    "join(''/'', [''a''])",
  ]) {
    refuses(t, bearer(`request: GET /me, subject: '${place}'`), 'auth[0].verify.subject', /names nobody/)
  }
})

t.test('exactly one of the product and an authorization server is asked', async t => {
  refuses(t, bearer('cache: 1s'), 'auth[0].verify', /who is asked/)
  const config = loadText(t, withAuth(introspection('audience: me')))
  t.match(config.auth[0], {
    verify: {
      subject: 'sub',
      scopes: 'scope',
      introspection: {
        clientAuthentication: 'client_secret_basic',
        tokenTypeHint: 'access_token',
        forward: false,
      },
    },
  })
  const both = introspection('audience: me').replace(
    'grant',
    'request: GET /me, headers: { A: b }, api: billing, grant',
  )
  const paths = problemsOf(t, withAuth(both)).map(problem => problem.path)
  t.same(paths.toSorted(), ['auth[0].verify.api', 'auth[0].verify.headers', 'auth[0].verify.request'])
  loads(t, introspection('audience: me, forward: true').replace('grant', 'api: billing, grant'))
})

t.test('N4: an introspection must say whose tokens are taken', async t => {
  refuses(t, introspection('issuer: x'), 'auth[0].verify.introspection', /any other application/)
  loads(t, introspection('clients: [cli]'))
  loads(t, introspection('audience: [a, b]'))
  loads(t, introspection('anyAudience: true'))
  refuses(
    t,
    introspection('anyAudience: true, audience: me'),
    'auth[0].verify.introspection.anyAudience',
    /contradicts/,
  )
})

t.test('tokens and the client’s secret go to https or loopback only', async t => {
  const at = (url: string) => introspection('audience: me').replace('https://id.example.com/introspect', url)
  for (const url of ['https://id.example.com/i?tenant=1', 'http://127.0.0.1:9000/i', 'http://[::1]/i'])
    loads(t, at(url))
  for (const [url, message] of [
    ['http://id.example.com/i', /plain http/],
    ['http://localhost.example.com/i', /plain http/],
    ['https://user:s3cret@id.example.com/i', /no user/],
    ['https://id.example.com/i#x', /no user/],
    ['ftp://id.example.com/i', /no server/],
    ['id.example.com', /no server/],
  ] as const) {
    refuses(t, at(url), 'auth[0].verify.introspection.url', message)
  }
  refuses(
    t,
    introspection('audience: me').replace('s3cret', '" s3cret"'),
    'auth[0].verify.introspection.clientSecret',
    /space/,
  )
  refuses(
    t,
    introspection('audience: me').replace('type: bearer', 'type: headers, headers: [Email, Token]'),
    'auth[0].verify.introspection',
    /knows tokens/,
  )
})

t.test('an introspection may take 100 ms to 30 s', async t => {
  loads(t, introspection('audience: me, timeout: 30s'))
  const path = 'auth[0].verify.introspection.timeout'
  refuses(t, introspection('audience: me, timeout: 31s'), path, /too long/)
  refuses(t, introspection('audience: me, timeout: 0'), path, /too short/)
})
