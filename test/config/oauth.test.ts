/** The authorization server as an author configures it: what is refused, in words, and what loads. */
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import { configNotes } from '../../src/config/config-notes.ts'
import { loadText, problemsOf } from './load-text.ts'

const VERIFY = { request: 'GET /v1/me', grant: ['read:*'] }
const PRODUCT = { type: 'product', verify: VERIFY }
const OIDC = { type: 'oidc', issuer: 'https://login.acme.example', clientId: 'postern' }
const PROXY = { type: 'proxy', from: ['10.0.0.7'], subject: 'X-Forwarded-User' }
const JWT = { type: 'jwt', issuer: 'https://id.acme.example', audience: 'https://mcp.acme.example/mcp' }
const BASE = {
  name: 'acme',
  publicUrl: 'https://mcp.acme.example',
  apis: [{ name: 'billing', openapi: 'billing.yaml', credentials: { type: 'none' } }],
}

const written = (
  oauth: object,
  more: object = {},
  before: readonly object[] = [],
  after: readonly object[] = [],
) =>
  JSON.stringify({
    ...BASE,
    auth: [...before, { type: 'oauth', signIn: [PRODUCT], ...oauth }, ...after],
    ...more,
  })

/** That exactly this is wrong, with what and where. */
function refused(t: Test, text: string, path: string, message: RegExp): void {
  const problems = problemsOf(t, text)
  t.same(
    problems.map(problem => problem.path),
    [path],
    text,
  )
  t.match(problems[0]?.message, message)
  t.match(problems[0]?.fix, /./)
}

function loads(t: Test, text: string): Config {
  return loadText(t, text)
}

t.test('the least that works', async t => {
  t.match(loads(t, written({})).auth[0], { type: 'oauth', prefix: 'acme_', header: 'Authorization' })
  loads(t, written({ signIn: [PRODUCT, OIDC, PROXY] }))
  loads(t, written({ signIn: [] }))
})

t.test('there is one authorization server', async t => {
  refused(t, written({}, {}, [{ type: 'oauth', prefix: 'other_' }]), 'auth[1]', /already/)
})

t.test('it has an address that is known, and no plain http', async t => {
  const { publicUrl: _, ...local } = BASE
  const auth = [{ type: 'oauth', signIn: [PRODUCT] }]
  loads(t, JSON.stringify({ ...local, auth }))
  refused(
    t,
    JSON.stringify({ ...local, auth, listen: { host: '0.0.0.0' } }),
    'auth[0]',
    /would not know where to go/,
  )
  refused(t, written({}, { publicUrl: 'http://mcp.acme.example' }), 'publicUrl', /plain http/)
  loads(t, written({}, { publicUrl: 'http://localhost:8080' }))
})

t.test('ways of signing in have names of their own', async t => {
  refused(t, written({ signIn: [PRODUCT, PRODUCT] }), 'auth[0].signIn[1]', /named product/)
  loads(t, written({ signIn: [PRODUCT, { ...PRODUCT, name: 'other' }] }))
})

t.test('an OpenID provider speaks https', async t => {
  refused(
    t,
    written({ signIn: [{ ...OIDC, issuer: 'http://login.acme.example' }] }),
    'auth[0].signIn[0].issuer',
    /plain http/,
  )
  loads(t, written({ signIn: [{ ...OIDC, issuer: 'http://127.0.0.1:9000' }] }))
})

t.test('headers of a typed credential can carry one, and have a label each', async t => {
  const pair = { ...PRODUCT, headers: ['Email', 'Token'] }
  const at = (way: object) => written({ signIn: [way] })
  loads(t, at({ ...pair, labels: ['E-mail', 'API token'], subject: 'email' }))
  refused(t, at({ ...pair, headers: ['Cookie'] }), 'auth[0].signIn[0].headers[0]', /browsers/)
  refused(t, at({ ...pair, headers: ['Token', 'token'] }), 'auth[0].signIn[0].headers', /twice/)
  refused(t, at({ ...pair, labels: ['E-mail'] }), 'auth[0].signIn[0].labels', /one label for 2 headers/)
  refused(t, at({ ...pair, subject: 'User' }), 'auth[0].signIn[0].subject', /not one of the headers/)
  refused(t, at({ ...PRODUCT, subject: 'Authorization' }), 'auth[0].signIn[0].subject', /proves nothing/)
})

t.test('how a typed credential is verified is checked as it is for the schemes', async t => {
  const at = (verify: object, way: object = {}) => written({ signIn: [{ ...PRODUCT, ...way, verify }] })
  refused(t, at({ grant: ['*'] }), 'auth[0].signIn[0].verify', /who is asked/)
  refused(t, at({ ...VERIFY, api: 'other' }), 'auth[0].signIn[0].verify.api', /not an API/)
  refused(t, at({ ...VERIFY, request: 'GET /../me' }), 'auth[0].signIn[0].verify.request', /leave the API/)
  refused(
    t,
    at({ ...VERIFY, headers: { 'X-Key': 'gateway' } }),
    'auth[0].signIn[0].verify.headers',
    /not carry the token/,
  )
  loads(t, at({ ...VERIFY, headers: { 'X-Key': { presented: 'token' } } }))
  const pair = { headers: ['Email', 'Token'] }
  refused(
    t,
    at({ ...VERIFY, headers: { 'X-Key': { presented: 'Token' } } }, pair),
    'auth[0].signIn[0].verify.headers',
    /Email/,
  )
  refused(
    t,
    at({ ...VERIFY, identity: 'email' }, pair),
    'auth[0].signIn[0].verify.identity',
    /subject header/,
  )
  loads(t, at({ request: 'GET /v1/me' }))
})

t.test('an authenticating proxy names people in headers of their own', async t => {
  const at = (way: object) => written({ signIn: [{ ...PROXY, ...way }] })
  loads(t, at({ organization: 'X-Forwarded-Groups', roles: 'X-Roles' }))
  refused(t, at({ subject: 'X-Forwarded-For' }), 'auth[0].signIn[0].subject', /proxies/)
  refused(t, at({ subject: 'Authorization' }), 'auth[0].signIn[0].subject', /credentials/)
  refused(t, at({ roles: 'x-forwarded-user' }), 'auth[0].signIn[0].roles', /same header as subject/)
  t.match(problemsOf(t, at({ from: ['0.0.0.0/0'] })), [{ path: 'auth[0].signIn[0].from[0]' }])
})

t.test('times that fail open', async t => {
  refused(t, written({ code: '11m' }), 'auth[0].code', /leaked/)
  refused(t, written({ refreshGrace: '2m' }), 'auth[0].refreshGrace', /stolen/)
  refused(t, written({ refreshToken: '30m' }), 'auth[0].refreshToken', /shorter than accessToken/)
  refused(t, written({ machineToken: '2d' }), 'auth[0].machineToken', /new one at any time/)
  loads(t, written({ code: '10m', refreshGrace: '60s', refreshToken: '1h', machineToken: '24h' }))
})

t.test('scopes that mean something, and defaults among them', async t => {
  const scopes = { 'invoices.read': { allow: ['read:invoices'] } }
  loads(t, written({ scopes: ['read:*', 'invoices.read', '*'] }, { scopes }))
  refused(t, written({ scopes: ['invoices.rad'] }, { scopes }), 'auth[0].scopes[0]', /means anything/)
  const rules = [{ match: { tag: 'invoices' }, scope: ['invoices', 'sending'] }]
  const apis = [{ ...BASE.apis[0], tools: { rules } }]
  loads(t, written({ scopes: ['sending', 'invoices'], defaultScopes: ['invoices'] }, { apis }))
  refused(t, written({ scopes: ['invoice'] }, { apis }), 'auth[0].scopes[0]', /asked for by a rule/)
  refused(t, written({ scopes: ['read:*', 'offline_access'] }), 'auth[0].scopes[1]', /refresh tokens/)
  refused(t, written({ scopes: ['read:*', 'read:*'] }), 'auth[0].scopes[1]', /twice/)
  refused(
    t,
    written({ scopes: ['read:*'], defaultScopes: ['write:*'] }),
    'auth[0].defaultScopes[0]',
    /not among scopes/,
  )
  refused(t, written({ defaultScopes: ['nothing'] }), 'auth[0].defaultScopes[0]', /means anything/)
})

t.test('configured clients have ids of their own that are no URLs', async t => {
  const client = { id: 'web', name: 'Web', redirectUris: ['https://app.acme.example/callback'] }
  loads(t, written({ clients: [client, { ...client, id: 'urn:acme:app' }] }))
  refused(t, written({ clients: [client, client] }), 'auth[0].clients[1].id', /another client/)
  for (const id of ['https://app.acme.example/client.json', 'HTTP://x.example/c']) {
    refused(t, written({ clients: [{ ...client, id }] }), 'auth[0].clients[0].id', /document/)
  }
})

t.test('identity providers speak https, once each', async t => {
  const idp = { issuer: 'https://idp.acme.example' }
  loads(
    t,
    written({ identityProviders: [idp, { issuer: 'urn:acme', jwks: 'https://idp.acme.example/keys' }] }),
  )
  const bad = (one: object, key: string, message: RegExp) =>
    refused(t, written({ identityProviders: [one] }), `auth[0].identityProviders[0].${key}`, message)
  bad({ issuer: 'http://idp.acme.example' }, 'issuer', /plain http/)
  bad({ issuer: 'urn:acme' }, 'issuer', /no keys/)
  bad({ issuer: 'https://idp.acme.example?x' }, 'issuer', /query/)
  bad({ ...idp, jwks: 'https://u:p@idp.acme.example/keys' }, 'jwks', /no user/)
  refused(t, written({ identityProviders: [idp, idp] }), 'auth[0].identityProviders[1].issuer', /another/)
})

t.test('nobody else signs for the issuer', async t => {
  const own = 'https://mcp.acme.example'
  refused(t, written({}, {}, [], [{ ...JWT, issuer: own }]), 'auth[1].issuer', /issuer of the scheme oauth/)
  refused(t, written({}, {}, [], [{ ...JWT, issuer: `${own}/` }]), 'auth[1].issuer', /issuer of the scheme/)
  refused(
    t,
    written({ identityProviders: [{ issuer: own }] }),
    'auth[0].identityProviders[0].issuer',
    /issuer/,
  )
  refused(t, written({ signIn: [{ ...OIDC, issuer: own }] }), 'auth[0].signIn[0].issuer', /issuer of/)
})

t.test('its addresses are its own', async t => {
  for (const path of ['/oauth', '/oauth/mcp', '/authorize', '/token', '/register', '/connections/x']) {
    refused(t, written({}, { servers: [{ path }] }), 'servers[0].path', /authorization server/)
    refused(
      t,
      written({}, { admin: { path, role: 'admin' } }, [{ type: 'token' }]),
      'admin.path',
      /authorization/,
    )
    refused(t, written({}, { passthrough: { path, api: 'billing' } }), 'passthrough.path', /authorization/)
  }
  loads(t, written({}, { servers: [{ path: '/oauth2' }, { path: '/tokens' }, { path: '/' }] }))
  const without = { ...BASE, auth: [{ type: 'token' }], servers: [{ path: '/token' }] }
  loads(t, JSON.stringify(without))
})

t.test('it and the other schemes tell their tokens apart', async t => {
  const token = (prefix?: string) => ({ type: 'token', ...(prefix && { prefix }) })
  const bearer = (prefix?: string) => ({ type: 'bearer', ...(prefix && { prefix }), verify: VERIFY })
  for (const other of [token(), JWT, bearer('lct_')]) {
    loads(t, written({}, {}, [other]))
    loads(t, written({}, {}, [], [other]))
  }
  loads(t, written({}, {}, [], [bearer()]))
  for (const other of [
    token('acme_'),
    token('acme_oat_'),
    token('acme_oac_x'),
    bearer('acme_o'),
    bearer('acme_ort_'),
  ]) {
    refused(t, written({}, {}, [other]), 'auth[1]', /auth\[0\]/)
    refused(t, written({}, {}, [], [other]), 'auth[1]', /auth\[0\]/)
  }
  refused(t, written({}, {}, [bearer()]), 'auth[1]', /already takes every/)
  refused(t, written({ prefix: 'eyJ' }, {}, [JWT]), 'auth[1]', /start alike/)
})

t.test('what people type goes to the API that verified it, and needs no key of the gateway', async t => {
  const apis = (...credentials: readonly object[]) => ({
    apis: credentials.map((credential, at) => ({
      ...BASE.apis[0],
      name: `api${at}`,
      credentials: credential,
    })),
  })
  const sealed = { type: 'sealed' }
  loads(t, written({}, apis(sealed)))
  refused(t, written({ signIn: [PRODUCT, OIDC] }, apis(sealed)), 'apis[0].credentials', /no key/)
  refused(t, written({ signIn: [OIDC] }, apis(sealed)), 'apis[0].credentials', /no key/)
  refused(t, written({}, apis({ type: 'none' }, sealed)), 'apis[1].credentials', /no key/)
  const both = { ...sealed, schemes: ['oauth', 'token'] }
  refused(t, written({}, apis(both), [{ type: 'token' }]), 'apis[0].credentials', /no key/)
  loads(t, written({}, apis({ ...sealed, schemes: ['oauth'] }), [{ type: 'token' }]))
  const pair = { ...sealed, headers: ['Email', 'Token'] }
  t.match(problemsOf(t, written({}, apis(pair))), [
    {
      path: 'apis[0].credentials.headers',
      message: /not the headers that people sign in with/,
      fix: /Authorization/,
    },
    { message: /no key/ },
  ])
  const ofEach = ['api0', 'api1'].map(api => ({ ...PRODUCT, name: api, verify: { ...VERIFY, api } }))
  t.match(problemsOf(t, written({ signIn: ofEach }, apis(sealed, { type: 'none' }))), [
    { path: 'apis[0].credentials', message: /nobody could tell/ },
    { message: /no key/ },
  ])
})

t.test('what a review should know of', async t => {
  const notesOf = (text: string) => configNotes(loads(t, text)).map(({ path }) => path)
  t.notOk(notesOf(written({}, {}, [{ type: 'token' }])).some(path => /signIn|servers|^auth/.test(path)))
  t.ok(notesOf(written({})).includes('auth[0]'), 'no key for machines')
  t.ok(notesOf(written({}, { servers: [{ path: '/ai' }, {}] })).includes('servers[0].path'))
  t.ok(notesOf(written({ signIn: [PRODUCT, OIDC] })).includes('auth[0].signIn'))
  t.ok(notesOf(written({ redirects: { allow: ['https:'] } })).includes('auth[0].redirects.allow[0]'))
  const unused = configNotes(loads(t, written({}, { servers: [{ auth: ['token'] }] }, [{ type: 'token' }])))
  t.match(
    unused.find(({ path }) => path === 'auth[1]'),
    { message: /no MCP server takes its tokens/ },
  )
  t.ok(notesOf(written({}, { store: { type: 'memory' } })).includes('store'))
})

t.test('JWTs that no endpoint but an MCP server’s takes are told of', async t => {
  const admin = { role: 'admin', auth: ['jwt'] }
  const more = { admin, passthrough: { path: '/api', api: 'billing' } }
  const notesOf = (audience: string | readonly string[], settings: object = more) =>
    configNotes(loads(t, JSON.stringify({ ...BASE, ...settings, auth: [{ ...JWT, audience }] })))
      .filter(({ path }) => path === 'auth[0].audience')
      .map(({ fix }) => fix)
  const own = 'https://mcp.acme.example/mcp'
  t.match(notesOf(own), [/add https:\/\/mcp.acme.example\/admin/, /add https:\/\/mcp.acme.example\/api/])
  t.match(notesOf([`${own}/`]), [/admin/, /api/])
  t.same(notesOf('api://acme'), [])
  t.same(notesOf([own, 'https://mcp.acme.example/admin']), [])
  t.same(notesOf(own, {}), [])
})
