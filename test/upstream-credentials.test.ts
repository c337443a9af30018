/** How calls sign in at the backend, seen over the wire: what arrives there, and what never does. */
import { request as httpRequest } from 'node:http'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { AUDIENCE, createIssuer } from './auth/jwt/issuer.ts'
import { modernRpc, type RpcAnswer, rpc, toolNames } from './build.ts'
import { createPem, createSealingKey } from './upstream/credentials/fixtures.ts'
import { createBackend, createGateway } from './upstream/credentials/gateway.ts'
import { createTokenEndpoint } from './upstream/credentials/token-endpoint.ts'

const TOKEN = { type: 'token' }
const ME = { request: 'GET /me', grant: ['*'] }
const ADA = { api: 'things', subject: 'ada', organization: undefined }

const call = (url: string, credential: string, name: string, args = {}): Promise<RpcAnswer> =>
  rpc(url, credential, 'tools/call', { name: `acme_${name}`, arguments: args })

/** Reads what a tool said, whatever it is made of. */
const said = (answer: RpcAnswer) => JSON.stringify(answer.body)

async function withIdentity(t: Test, more: object = {}) {
  const backend = await createBackend(t)
  const keys = [{ value: createPem() }]
  const gateway = await createGateway(t, {
    auth: [TOKEN],
    apis: [{ upstream: backend.url, credentials: { type: 'identity', ...more } }],
    signing: { keys },
  })
  return { ...gateway, backend, keys, token: await gateway.mint() }
}

t.test('identity: the backend verifies who is calling with the published keys alone', async t => {
  const { url, origin, backend, token } = await withIdentity(t)
  t.match(await call(url, token, 'get_things'), { body: { result: { isError: false } } })
  await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(backend.received.length, 2)
  for (const { headers } of backend.received) {
    const presented = headers.filter(([name]) => name === 'authorization').map(([, value]) => value)
    t.equal(presented.length, 1)
    const { payload } = await jwtVerify(
      presented[0]?.replace('Bearer ', '') ?? '',
      createRemoteJWKSet(new URL(`${origin}/.well-known/jwks.json`)),
      { issuer: 'http://127.0.0.1:8080', audience: backend.url, algorithms: ['ES256'] },
    )
    t.match(payload, { sub: 'ada', roles: ['boss'], scope: '*', scheme: 'token' })
  }
})

t.test('the keys are public, may be kept a while, and hold nothing private', async t => {
  const { origin } = await withIdentity(t)
  const answer = await fetch(`${origin}/.well-known/jwks.json`)
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('cache-control'), 'public, max-age=300')
  t.match(answer.headers.get('content-type'), /^application\/jwk-set\+json/)
  const { keys } = (await answer.json()) as { keys: object[] }
  t.strictSame(
    keys.map(key => Object.keys(key).sort()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  )
  const post = await fetch(`${origin}/.well-known/jwks.json`, { method: 'POST' })
  t.equal(post.status, 404)
  const backend = await createBackend(t)
  const without = await createGateway(t, { auth: [TOKEN], apis: [{ upstream: backend.url }] })
  t.match(await (await fetch(`${without.origin}/.well-known/jwks.json`)).json(), {
    error: { code: 'not_found' },
  })
})

t.test('keys are rotated by reloading: announced, then first, then alone', async t => {
  const {
    origin,
    url,
    backend,
    keys: [old],
    token,
    reload,
  } = await withIdentity(t)
  const next = { value: createPem() }
  const published = async () => {
    const answer = await fetch(`${origin}/.well-known/jwks.json`)
    return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
  }
  const signedWith = async () => {
    await call(url, token, 'get_things')
    return decodeProtectedHeader(backend.last('authorization')[0]?.replace('Bearer ', '') ?? '').kid
  }
  const [first] = await published()
  t.equal(await signedWith(), first)
  await reload({ signing: { keys: [old, next] } })
  const [, second] = await published()
  t.strictSame(await published(), [first, second])
  t.equal(await signedWith(), first, 'announced and not yet used')
  await reload({ signing: { keys: [next, old] } })
  t.strictSame(await published(), [second, first])
  t.equal(await signedWith(), second, 'at once, whatever was kept')
  await reload({ signing: { keys: [next] } })
  t.strictSame(await published(), [second])
  await t.rejects(reload({ signing: { keys: [{ value: 'garbage' }] } }), { code: 'configuration_invalid' })
  t.equal(await signedWith(), second, 'a mistake changes nothing')
})

async function withExchange(t: Test, more: object = {}) {
  const [backend, issuer, provider] = [
    await createBackend(t),
    await createIssuer(t),
    await createTokenEndpoint(t),
  ]
  const gateway = await createGateway(t, {
    auth: [TOKEN, { type: 'jwt', issuer: issuer.issuer, audience: AUDIENCE, grant: ['*'] }],
    apis: [
      {
        upstream: backend.url,
        credentials: {
          type: 'exchange',
          tokenEndpoint: provider.url,
          clientId: 'c',
          clientSecret: 'client-s3cr3t',
          ...more,
        },
      },
    ],
  })
  const now = Math.floor(Date.now() / 1_000)
  const sign = (claims: object = {}) =>
    issuer.sign({ claims: { exp: now + 600, iat: now - 1, nbf: now - 1, ...claims } })
  return { ...gateway, backend, issuer, provider, sign }
}

t.test('exchange: the backend gets a token of its own, asked for once', async t => {
  const { url, origin, backend, provider, sign } = await withExchange(t)
  const jwt = sign()
  // The provider of this test names the token it was shown, so it is cut short here.
  provider.state.answer = () => ({ access_token: 'for-the-backend', token_type: 'Bearer', expires_in: 60 })
  for (let round = 0; round < 3; round++) {
    t.match(await call(url, jwt, 'get_things'), { body: { result: { isError: false } } })
    t.strictSame(backend.last('authorization'), ['Bearer for-the-backend'])
  }
  await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${jwt}` } })
  t.strictSame(backend.last('authorization'), ['Bearer for-the-backend'])
  t.equal(provider.asked.length, 1)
  t.equal(provider.asked[0]?.form.subject_token, jwt)
})

t.test('exchange: a token that Postern minted is exchanged nowhere', async t => {
  const { url, mint, provider, backend } = await withExchange(t)
  const answer = await call(url, await mint(), 'get_things')
  t.match(answer.body.result, { isError: true, content: [{ text: /no credential of its own/ }] })
  t.strictSame([provider.asked, backend.received], [[], []])
})

t.test('exchange: what goes wrong is told as what it is, and the API is not called', async t => {
  const { url, origin, provider, backend, sign } = await withExchange(t)
  const cases: [number, object, RegExp, number][] = [
    [400, { error: 'invalid_grant' }, /refused to exchange your credential/, 401],
    [400, { error: 'invalid_request' }, /refused to exchange your credential/, 401],
    [401, { error: 'invalid_client' }, /can’t be had right now/, 503],
    [500, {}, /can’t be had right now/, 503],
    [200, { access_token: 'x\ny', token_type: 'Bearer' }, /can’t be had right now/, 503],
  ]
  for (const [index, [status, body, words, http]] of cases.entries()) {
    Object.assign(provider.state, { status, answer: () => body })
    const jwt = sign({ jti: `t${index}` })
    const answer = await call(url, jwt, 'get_things')
    t.match(answer, { status: 200, body: { result: { isError: true, content: [{ text: words }] } } })
    const plain = await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${jwt}` } })
    t.equal(plain.status, http)
    const seen = said(answer) + (await plain.text())
    t.notMatch(seen, /s3cr3t|127\.0\.0\.1|invalid_/, 'without addresses, secrets or the provider’s words')
  }
  t.strictSame(backend.received, [])
})

async function withSealed(t: Test, credentials: readonly object[], key = createSealingKey()) {
  const backend = await createBackend(t)
  const gateway = await createGateway(t, {
    auth: [TOKEN],
    apis: [{ upstream: backend.url, credentials }],
    sealing: { keys: [{ value: key }] },
  })
  return { ...gateway, backend, sealed: gateway.sealed(key), token: await gateway.mint() }
}

t.test('sealed: each caller their own; what is deleted is gone with the next call', async t => {
  const { url, backend, sealed, token, mint } = await withSealed(t, [{ type: 'sealed' }])
  const bob = await mint('bob')
  await sealed.set(ADA, { authorization: 'Bearer of-ada' })
  await sealed.set({ ...ADA, subject: 'bob' }, { authorization: 'Bearer of-bob' })
  await sealed.set({ ...ADA, organization: 'org-1' }, { authorization: 'Bearer of-ada-in-org-1' })
  await call(url, token, 'get_things')
  t.strictSame(backend.last('authorization'), ['Bearer of-ada'])
  await call(url, bob, 'get_things')
  t.strictSame(backend.last('authorization'), ['Bearer of-bob'])
  await call(url, await mint('ada', 'org-1'), 'get_things')
  t.strictSame(backend.last('authorization'), ['Bearer of-ada-in-org-1'])
  t.equal(backend.received.length, 3)
  const none = await call(url, await mint('ada', 'org-2'), 'get_things')
  t.match(none.body.result, { isError: true }, 'another organisation’s ada is somebody else')
  await sealed.delete(ADA)
  t.match((await call(url, token, 'get_things')).body.result, { isError: true })
  t.equal(backend.received.length, 3)
})

t.test('sealed: one that can’t be opened is refused, and no other credential takes its place', async t => {
  const other = { type: 'static', value: 'Bearer of-the-gateway' }
  const { url, backend, app, sealed, token } = await withSealed(t, [{ type: 'sealed' }, other])
  await call(url, token, 'get_things')
  t.strictSame(backend.last('authorization'), ['Bearer of-the-gateway'], 'where none was kept')
  await sealed.set({ ...ADA, subject: 'bob' }, { authorization: 'Bearer of-bob' })
  const record = (await app.store.getSealed('things/bob')) ?? ''
  for (const broken of [record, 'garbage', '', `${record.slice(0, -3)}AAA`]) {
    await app.store.putSealed('things/ada', broken)
    const answer = await call(url, token, 'get_things')
    t.match(answer.body.result, { isError: true, content: [{ text: /can’t be read.*administrator/ }] })
  }
  await app.store.putSealed('things/ada', '')
  await sealed.set(ADA, { authorization: 'Bearer of-ada', 'x-more': '1' })
  t.match(
    (await call(url, token, 'get_things')).body.result,
    { isError: true },
    'other headers than configured',
  )
  t.equal(backend.received.length, 1)
})

t.test('sealed: a pair of headers, of which one may be shown', async t => {
  const credential = { type: 'sealed', headers: ['Email', 'Token'], subject: 'Email' }
  const { url, backend, sealed, token } = await withSealed(t, [credential])
  await sealed.set(ADA, { email: 'ada@acme.example', token: 'pair-s3cr3t-value' })
  const answer = await call(url, token, 'get_things')
  t.strictSame([backend.last('email'), backend.last('token')], [['ada@acme.example'], ['pair-s3cr3t-value']])
  t.match(said(answer), 'ada@acme.example', 'their own address is no secret to them')
  t.notMatch(said(answer), 's3cr3t')
})

/** A gateway of every kind of credential, a caller for it, and what the backend is to get. */
const KINDS: Readonly<Record<string, (t: Test) => Promise<Kind>>> = {
  async static(t) {
    const backend = await createBackend(t)
    const credentials = [{ type: 'static', value: 'Bearer of-the-gateway' }]
    const gateway = await createGateway(t, { auth: [TOKEN], apis: [{ upstream: backend.url, credentials }] })
    return { ...gateway, backend, presented: await gateway.mint() }
  },
  async identity(t) {
    const built = await withIdentity(t)
    return { ...built, presented: built.token }
  },
  async exchange(t) {
    const built = await withExchange(t)
    built.provider.state.answer = () => ({
      access_token: 'for-the-backend-alone',
      token_type: 'Bearer',
      expires_in: 60,
    })
    return { ...built, presented: built.sign() }
  },
  async sealed(t) {
    const built = await withSealed(t, [{ type: 'sealed' }])
    await built.sealed.set(ADA, { authorization: 'Bearer of-ada-and-nobody-else' })
    return { ...built, presented: built.token }
  },
  async 'identity for a bearer'(t) {
    const backend = await createBackend(t)
    const gateway = await createGateway(t, {
      auth: [{ type: 'bearer', verify: ME }],
      apis: [{ upstream: backend.url, credentials: { type: 'identity' } }],
      signing: { keys: [{ value: createPem() }] },
    })
    return { ...gateway, backend, presented: 'product-ada' }
  },
}

interface Kind {
  readonly url: string
  readonly backend: Awaited<ReturnType<typeof createBackend>>
  /** What the caller presents. */
  readonly presented: string
}

t.test('N20: the client’s bearer never reaches the backend, also after a redirect', async t => {
  for (const [name, make] of Object.entries(KINDS)) {
    const { url, backend, presented } = await make(t)
    const answer = await call(url, presented, 'get_moved')
    t.match(answer.body.result, { isError: false }, name)
    t.strictSame(
      backend.received.map(each => each.url),
      ['/moved', '/things'],
    )
    for (const { headers } of backend.received) {
      const [, sent = ''] = headers.find(([key]) => key === 'authorization') ?? []
      t.match(sent, /^Bearer \S+$/)
      t.notMatch(JSON.stringify(headers), presented, name)
      // A JWT is as good as its signature, which alone would do to find it by.
      t.notMatch(JSON.stringify(headers), presented.split('.').at(-1), name)
    }
  }
})

t.test('a backend that says again what it was sent hands the credential to nobody', async t => {
  for (const [name, make] of Object.entries(KINDS)) {
    const { url, backend, presented } = await make(t)
    for (const tool of ['get_things', 'get_fails_400', 'get_fails_401', 'get_fails_500']) {
      const answers = [
        await call(url, presented, tool),
        await modernRpc(url, presented, 'tools/call', { name: `acme_${tool}`, arguments: {} }),
      ]
      const [sent = ''] = backend.last('authorization')
      t.ok(sent.length > 20)
      for (const answer of answers) {
        t.equal(answer.status, 200)
        t.notMatch(said(answer), sent.replace('Bearer ', ''), `${name}: ${tool}`)
      }
    }
    const plain = await fetch(new URL('/api/things', url), {
      headers: { authorization: `Bearer ${presented}` },
    })
    t.equal(plain.status, 200)
    t.equal(plain.headers.get('x-echo'), null, `${name}: plain`)
    const refused = await call(url, presented, 'get_fails_401')
    t.match(said(refused), /refused the gateway’s own credential, not yours/, name)
  }
})

/** A plain request with its headers exactly so, repeated ones too. */
function plain(url: string, headers: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers: ['Host', new URL(url).host, ...headers] }, response => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    request.on('error', reject).end()
  })
}

/** Every credential but the caller's own sets a header that the document declares too, in two spellings. */
async function withHeaders(t: Test) {
  const backend = await createBackend(t)
  const key = createSealingKey()
  const gateway = await createGateway(t, {
    auth: [TOKEN, { type: 'bearer', prefix: 'product-', verify: ME }],
    apis: [
      {
        upstream: backend.url,
        credentials: [
          { type: 'forward' },
          { type: 'sealed', headers: ['Token', 'X-Token'], schemes: ['token'] },
          { type: 'identity', header: 'X-Acme-Identity' },
        ],
      },
      {
        name: 'other',
        upstream: backend.url,
        credentials: { type: 'static', header: 'X-Acme-Key', value: 'k' },
        tools: { prefix: 'other_' },
      },
    ],
    signing: { keys: [{ value: createPem() }] },
    sealing: { keys: [{ value: key }] },
  })
  await gateway.sealed(key).set({ ...ADA, subject: 'sam' }, { token: 'of-sam', 'x-token': 'of-sam-too' })
  return { ...gateway, backend }
}

const SPOOFED = [
  ...[
    'X-Acme-Identity',
    'x-acme-identity',
    'X-ACME-IDENTITY',
    'X_Acme_Identity',
    'x_acme_identity',
    'X-Acme_Identity',
  ],
  ...['Token', 'token', 'X-Token', 'X_Token', 'x_token'],
].flatMap((name, index) => [name, `spoofed-${index}`])

t.test('N21: identity headers that a client sends are stripped, whichever credential it gets', async t => {
  const { origin, mint, backend } = await withHeaders(t)
  const callers = {
    'by forward': 'product-ada',
    'by sealed': await mint('sam'),
    'by identity': await mint('ada'),
  }
  for (const [name, credential] of Object.entries(callers)) {
    const headers = ['Authorization', `Bearer ${credential}`, 'X-Harmless', 'yes', ...SPOOFED, ...SPOOFED]
    t.equal(await plain(`${origin}/api/things`, headers), 200, name)
    t.strictSame(backend.last('x-harmless'), ['yes'], 'the document’s other headers go through')
    t.notMatch(JSON.stringify(backend.received.at(-1)), 'spoofed', name)
  }
  t.match(
    ['authorization', 'token', 'x-token', 'x-acme-identity'].map(backend.last),
    [[], [], [], [/^eyJ/]],
    'and the gateway’s own is there, once',
  )
})

t.test('N21: no argument of a tool sets a header that a credential sets', async t => {
  const { url, mint, backend } = await withHeaders(t)
  const token = await mint('ada')
  const { tools } = (await rpc(url, token, 'tools/list')).body.result
  const things = tools.find((tool: { name: string }) => tool.name === 'acme_get_things')
  const other = tools.find((tool: { name: string }) => tool.name === 'other_get_things')
  const headersIn = (tool: { inputSchema: { properties?: object } }) =>
    Object.keys(tool.inputSchema.properties ?? {}).map(name => name.toLowerCase().replaceAll('_', '-'))
  t.strictSame(headersIn(things), ['x-acme-key', 'x-harmless'])
  t.notOk(headersIn(other).includes('x-acme-key'), 'each API keeps its own')
  for (const credential of [token, 'product-ada', await mint('sam')]) {
    const before = backend.received.length
    for (const name of ['X-Acme-Identity', 'x_acme_identity', 'Token', 'token', 'X_Token', 'authorization']) {
      await call(url, credential, 'get_things', { [name]: 'spoofed' })
    }
    await call(url, credential, 'get_things', { 'X-Harmless': 'yes' })
    t.notMatch(JSON.stringify(backend.received.slice(before)), 'spoofed')
    t.strictSame(backend.last('x-harmless'), ['yes'])
  }
})

t.test('a forwarded credential goes to the API that verified it, and to no other', async t => {
  const [mine, theirs] = [await createBackend(t), await createBackend(t)]
  const start = (more: object) =>
    createGateway(t, {
      auth: [TOKEN, { type: 'bearer', prefix: 'product-', verify: ME }],
      apis: [
        { name: 'mine', upstream: mine.url, credentials: { type: 'forward' }, tools: { prefix: 'mine_' } },
        {
          name: 'theirs',
          upstream: theirs.url,
          credentials: [
            { type: 'forward', ...more },
            { type: 'static', value: 'Bearer of-the-gateway' },
          ],
          tools: { prefix: 'theirs_' },
        },
      ],
    })
  await t.rejects(start({}), {
    code: 'configuration_invalid',
    data: { problems: [{ path: 'apis[1].credentials[0]', fix: /from: \[mine\]/ }] },
  })
  const { url, reload } = await start({ from: ['mine'] })
  const both = async () => {
    for (const name of ['mine', 'theirs']) {
      await rpc(url, 'product-ada', 'tools/call', { name: `${name}_get_things`, arguments: {} })
    }
    return [mine.last('authorization'), theirs.last('authorization')]
  }
  t.strictSame(await both(), [['Bearer product-ada'], ['Bearer product-ada']], 'where it is said')
  await reload({
    apis: [
      { name: 'mine', upstream: mine.url, credentials: { type: 'forward' }, tools: { prefix: 'mine_' } },
      {
        name: 'theirs',
        upstream: theirs.url,
        credentials: { type: 'static', value: 'Bearer of-the-gateway' },
        tools: { prefix: 'theirs_' },
      },
    ],
  })
  t.strictSame(await both(), [['Bearer product-ada'], ['Bearer of-the-gateway']])
  t.equal(toolNames(await rpc(url, 'product-ada', 'tools/list')).length, 10)
})
