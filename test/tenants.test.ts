/** A backend for each tenant: what reaches which, and that nothing a caller sends or a backend answers can change that. */
import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { AUDIENCE, createIssuer } from './auth/jwt/issuer.ts'
import { type RpcAnswer, rpc, toolNames } from './build.ts'
import { createPem } from './upstream/credentials/fixtures.ts'
import { createGateway } from './upstream/credentials/gateway.ts'
import { createTokenEndpoint } from './upstream/credentials/token-endpoint.ts'

interface Seen {
  readonly url: string
  readonly authorization: string | undefined
}

/** A backend that says who it is; `/moved` redirects to where the test says. */
async function createTenantBackend(t: Test, name: string) {
  const seen: Seen[] = []
  const state = { location: '/things', gate: undefined as Promise<void> | undefined, verified: 0 }
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request
    if (url === '/me') {
      state.verified += 1
      const [, id, org] = /^Bearer product-(\w+)-(\w+)$/.exec(headers.authorization ?? '') ?? []
      response.writeHead(id === undefined ? 401 : 200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ id, org }))
    }
    seen.push({ url, authorization: headers.authorization })
    await state.gate
    if (url.endsWith('/moved')) return void response.writeHead(302, { location: state.location }).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ from: name, url }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, state }
}

const call = (url: string, credential: string, name = 'get_things', args = {}): Promise<RpcAnswer> =>
  rpc(url, credential, 'tools/call', { name: `acme_${name}`, arguments: args })

const from = (answer: RpcAnswer): unknown => answer.body.result?.structuredContent?.from

/** Two tenants with a backend each, and the one that the document and `upstream` name. */
async function createTenants(t: Test, more: object = {}, settings: object = {}) {
  const [acme, globex, common] = await Promise.all(
    ['acme', 'globex', 'common'].map(name => createTenantBackend(t, name)),
  )
  if (acme === undefined || globex === undefined || common === undefined) throw new Error('no backends')
  const tenants = { by: 'principal.organization', upstreams: { acme: acme.url, globex: globex.url } }
  const api = { upstream: common.url, tenants, ...more }
  const gateway = await createGateway(t, { auth: [{ type: 'token' }], apis: [api], ...settings })
  return { ...gateway, acme, globex, common, api, tenants }
}

t.test('each caller’s calls go to the backend of their organisation, as tools and as plain REST', async t => {
  const { url, origin, mint, acme, globex, common } = await createTenants(t)
  for (const [organization, backend, other] of [
    ['acme', acme, globex],
    ['globex', globex, acme],
  ] as const) {
    const before = other.seen.length
    const token = await mint('ada', organization)
    t.equal(from(await call(url, token)), organization)
    const plain = await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${token}` } })
    t.match(await plain.json(), { from: organization, url: '/things' })
    t.equal(backend.seen.length, 2)
    t.equal(other.seen.length, before)
  }
  t.same(common.seen, [], 'the address of the document gets no call')
})

t.test('whoever is of no listed tenant is refused, and nothing is sent anywhere', async t => {
  const { url, origin, mint, acme, globex, common } = await createTenants(t)
  const strangers = [
    undefined,
    'umbrella',
    'ACME',
    'Acme',
    'acme ',
    ' acme',
    'аcme',
    'ａｃｍｅ',
    'acme\u200b',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'acme,globex',
    acme.url,
  ]
  for (const organization of strangers) {
    const token = await mint('mallory', organization)
    const answer = await call(url, token)
    t.equal(answer.status, 403, String(organization))
    t.equal(answer.body.error.data.code, 'access_denied')
    t.match(answer.body.error.message, /knows no backend for your organisation/)
    t.notMatch(JSON.stringify(answer.body), /globex|127\.0\.0\.1/, 'names nobody else')
    t.same(toolNames(await rpc(url, token, 'tools/list')), [], 'and sees no tool')
    const plain = await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${token}` } })
    t.equal(plain.status, 403)
  }
  t.same([...acme.seen, ...globex.seen, ...common.seen], [])
})

t.test('no header, argument, path or Host chooses', async t => {
  const { url, origin, mint, acme, globex, common } = await createTenants(t)
  const token = await mint('ada', 'acme')
  const lures = {
    authorization: `Bearer ${token}`,
    'x-organization': 'globex',
    'x-tenant': 'globex',
    'x-forwarded-host': new URL(globex.url).host,
    forwarded: `host=${new URL(globex.url).host}`,
  }
  const answer = await rpc(url, lures, 'tools/call', {
    name: 'acme_get_things',
    arguments: {},
    organization: 'globex',
    _meta: { organization: 'globex', tenant: 'globex' },
  })
  t.equal(from(answer), 'acme')
  for (const path of [
    '/api/things',
    `/api/../${globex.url}/things`,
    `/api/${globex.url}/things`,
    '/api//things',
  ]) {
    await fetch(origin + path, { headers: lures })
    await rawGet(origin, path, lures)
  }
  // A whole URL as the request target (RFC 9112 section 3.2.2).
  await rawGet(origin, `${globex.url}/things`, lures)
  t.same([...globex.seen, ...common.seen], [])
  t.ok(acme.seen.length >= 2)
})

t.test('a tenant’s answer can’t send the gateway to another tenant', async t => {
  const { url, origin, mint, acme, globex, common } = await createTenants(t)
  const token = await mint('ada', 'acme')
  t.equal(from(await call(url, token, 'get_moved')), 'acme', 'within its own backend')
  for (const location of [
    `${globex.url}/things`,
    `${common.url}/things`,
    `//${new URL(globex.url).host}/things`,
  ]) {
    acme.state.location = location
    const answer = await call(url, token, 'get_moved')
    t.equal(answer.body.result.isError, true, location)
    t.notMatch(JSON.stringify(answer.body), location)
    const headers = { authorization: `Bearer ${token}` }
    const plain = await fetch(`${origin}/api/moved`, { headers, redirect: 'manual' })
    t.equal(plain.status, 302, 'handed back, not followed')
  }
  t.same([...globex.seen, ...common.seen], [])
})

t.test('two tenants of one origin stay below their base paths', async t => {
  const backend = await createTenantBackend(t, 'shared')
  const upstreams = { acme: `${backend.url}/acme/`, globex: `${backend.url}/acme-globex` }
  const tenants = { by: 'principal.organization', upstreams }
  const { url, origin, mint } = await createGateway(t, { auth: [{ type: 'token' }], apis: [{ tenants }] })
  const [ada, bob] = [await mint('ada', 'acme'), await mint('bob', 'globex')]
  await Promise.all([call(url, ada), call(url, bob)])
  t.same(backend.seen.map(seen => seen.url).sort(), ['/acme-globex/things', '/acme/things'])
  const plain = async (token: string, path: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return fetch(`${origin}/api${path}`, { headers, redirect: 'manual' })
  }
  t.match(await (await plain(bob, '/things')).json(), { url: '/acme-globex/things' })
  const good = ['/acme/things', 'things', '/acme/x/../things', `${backend.url}/acme/things`]
  for (const location of good) {
    backend.state.location = location
    t.equal((await call(url, ada, 'get_moved')).body.result.isError, false, location)
    t.match((await plain(ada, '/moved')).headers.get('location'), /^\/api\/(x\/\.\.\/)?things$/, location)
  }
  backend.seen.length = 0
  const bad = [
    '/acme-globex/things',
    '/acme/../acme-globex/things',
    '/acme/%2e%2e/acme-globex/things',
    '/acme/..%2facme-globex/things',
    '/acme/%2e%2e%2facme-globex/things',
    '/acme/..;/acme-globex/things',
    '/acme/..\\acme-globex/things',
    '/acme/%252e%252e/acme-globex/things',
    '/acme/..%5cacme-globex/things',
    '../acme-globex/things',
    `${backend.url}/acme-globex/things`,
    '/',
  ]
  for (const location of bad) {
    backend.state.location = location
    t.equal((await call(url, ada, 'get_moved')).body.result.isError, true, location)
  }
  t.same([...new Set(backend.seen.map(seen => seen.url))], ['/acme/moved'], 'none was followed')
})

t.test('identity: a token for one tenant’s backend is not for another’s', async t => {
  const { url, mint, acme, globex } = await createTenants(
    t,
    { credentials: { type: 'identity' } },
    { signing: { keys: [{ value: createPem() }] } },
  )
  for (const [organization, backend] of [
    ['acme', acme],
    ['globex', globex],
  ] as const) {
    const token = await mint('ada', organization)
    await call(url, token)
    await call(url, token)
    for (const { authorization } of backend.seen) {
      t.match(decodeJwt(authorization?.slice(7) ?? ''), { aud: backend.url, org: organization })
    }
    t.equal(backend.seen.length, 2)
  }
})

t.test('identity: tenants of one origin have tokens of their own', async t => {
  const backend = await createTenantBackend(t, 'shared')
  const upstreams = { acme: `${backend.url}/a`, globex: `${backend.url}/b` }
  const { url, mint } = await createGateway(t, {
    auth: [{ type: 'token' }],
    apis: [{ tenants: { by: 'principal.organization', upstreams }, credentials: { type: 'identity' } }],
    signing: { keys: [{ value: createPem() }] },
  })
  await call(url, await mint('ada', 'acme'))
  await call(url, await mint('ada', 'globex'))
  const audiences = backend.seen.map(({ authorization }) => decodeJwt(authorization?.slice(7) ?? '').aud)
  t.same(audiences, [`${backend.url}/a`, `${backend.url}/b`])
})

t.test('exchange: each tenant’s tokens are asked for by its base URL, and kept apart', async t => {
  const [issuer, provider] = [await createIssuer(t), await createTokenEndpoint(t)]
  provider.state.answer = ({ subject_token, resource }) => ({
    access_token: `for-${resource}-${subject_token?.length}`,
    token_type: 'Bearer',
    expires_in: 300,
  })
  const exchange = { type: 'exchange', tokenEndpoint: provider.url, clientId: 'c', clientSecret: 's' }
  const { url, acme, globex, api, tenants, reload } = await createTenants(
    t,
    { credentials: exchange },
    {
      auth: [{ type: 'jwt', issuer: issuer.issuer, audience: AUDIENCE, organization: 'org', grant: ['*'] }],
    },
  )
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: 'ada', org: 'acme', exp: now + 600, iat: now - 1, nbf: now - 1 }
  const token = issuer.sign({ claims })
  t.equal(from(await call(url, token)), 'acme')
  t.equal(from(await call(url, token)), 'acme')
  t.same(
    provider.asked.map(({ form }) => form.resource),
    [acme.url],
    'asked once, for this backend',
  )
  t.match(acme.seen, [{ authorization: new RegExp(`for-${acme.url}`) }, {}])
  // The organisation moves: its name is another backend's now.
  const moved = { ...tenants, upstreams: { acme: globex.url } }
  await reload({ apis: [{ ...api, tenants: moved }] })
  t.equal(from(await call(url, token)), 'globex')
  t.match(
    globex.seen,
    [{ authorization: new RegExp(`for-${globex.url}`) }],
    'not with the token for the other',
  )
})

t.test('static and forward: what they present goes to the caller’s own tenant', async t => {
  const { url, mint, acme, globex } = await createTenants(t, {
    credentials: { type: 'static', value: 'Bearer s3cr3t-of-the-gateway' },
  })
  await call(url, await mint('ada', 'globex'))
  t.match(globex.seen, [{ authorization: 'Bearer s3cr3t-of-the-gateway' }])
  t.same(acme.seen, [])
})

t.test(
  'a tenant that is removed while a call runs: the call ends where it began, the next is refused',
  async t => {
    const { url, mint, acme, globex, api, tenants, reload } = await createTenants(t)
    const token = await mint('ada', 'acme')
    const gate = Promise.withResolvers<void>()
    acme.state.gate = gate.promise
    const running = call(url, token)
    while (acme.seen.length === 0) await new Promise(resolve => setImmediate(resolve))
    await reload({ apis: [{ ...api, tenants: { ...tenants, upstreams: { globex: globex.url } } }] })
    gate.resolve()
    t.equal(from(await running), 'acme')
    t.equal((await call(url, token)).status, 403)
    const added = { ...tenants, upstreams: { ...tenants.upstreams, umbrella: globex.url } }
    await reload({ apis: [{ ...api, tenants: added }] })
    t.equal(from(await call(url, token)), 'acme')
    t.equal(from(await call(url, await mint('eve', 'umbrella'))), 'globex')
  },
)

t.test(
  'forward: `upstream` verifies the caller’s own credential, and the tenant’s backend gets it',
  async t => {
    const verify = { request: 'GET /me', organization: 'org', grant: ['*'] }
    const { url, acme, globex, common } = await createTenants(
      t,
      { credentials: { type: 'forward' } },
      { auth: [{ type: 'bearer', verify }] },
    )
    t.equal(from(await call(url, 'product-ada-acme')), 'acme')
    t.match(acme.seen, [{ authorization: 'Bearer product-ada-acme' }])
    t.equal((await call(url, 'product-eve-umbrella')).status, 403)
    t.equal((await call(url, 'somebody')).status, 401)
    t.same([...globex.seen, ...common.seen], [])
    t.equal(common.state.verified, 3)
    t.equal(
      acme.state.verified + globex.state.verified,
      0,
      'no tenant’s backend is shown unverified credentials',
    )
  },
)

t.test('the audit names the tenant that was asked', async t => {
  const { url, mint, app, origin } = await createTenants(
    t,
    {},
    { audit: { to: 'file', path: './audit.log' } },
  )
  await call(url, await mint('ada', 'acme'))
  const token = await mint('bob', 'globex')
  await (await fetch(`${origin}/api/things`, { headers: { authorization: `Bearer ${token}` } })).text()
  await call(url, await mint('eve', 'umbrella'))
  await app.close()
  const lines = readFileSync(join(app.config.directory, 'audit.log'), 'utf8').trim().split('\n')
  t.same(
    lines.map(line => JSON.parse(line)).map(({ event, tenant, outcome }) => [event, tenant, outcome]),
    [
      ['tool_call', 'acme', 'ok'],
      ['passthrough', 'globex', 'ok'],
      ['tool_call', undefined, 'denied'],
    ],
  )
})

t.test('any text over the principal can be what tenants are told apart by', async t => {
  const [eu, us] = [await createTenantBackend(t, 'eu'), await createTenantBackend(t, 'us')]
  const by = 'principal.organization.startsWith("eu-") ? "eu" : "us"'
  const { url, mint } = await createGateway(t, {
    auth: [{ type: 'token' }],
    apis: [{ tenants: { by, upstreams: { eu: eu.url, us: us.url } } }],
  })
  t.equal(from(await call(url, await mint('ada', 'eu-1'))), 'eu')
  t.equal(from(await call(url, await mint('ada', '1'))), 'us')
  t.equal((await call(url, await mint('ada'))).status, 403, 'a text that can’t be made is none')
})

/** A GET whose target is sent as it is. */
function rawGet(origin: string, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, response => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}
