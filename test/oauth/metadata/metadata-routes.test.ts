import Fastify from 'fastify'
import t, { type Test } from 'tap'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import type { Config } from '../../../src/config/config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import { metadataRoutes } from '../../../src/oauth/metadata/metadata-routes.ts'
import { registerOAuth } from '../../../src/oauth/register-oauth.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import type { SigningKeys } from '../../../src/upstream/credentials/signing-keys.ts'
import { makeTool } from '../../policy/make-tool.ts'

const READ: readonly Tool[] = [makeTool('list', 'read:invoices')]
const ALL: readonly Tool[] = [...READ, makeTool('create', 'write:invoices', undefined, 'write')]
const SIGNING: SigningKeys = { sign: async () => '', published: { keys: [] } }
const PRODUCT = { type: 'product', verify: { request: 'GET /v1/me', grant: ['read:*'] } }
const OAUTH = { type: 'oauth', signIn: [PRODUCT] }
const JWT = { type: 'jwt', issuer: 'https://login.acme.example', audience: 'https://mcp.acme.example/mcp' }
const TOKEN = { type: 'token' }

function configure(changes: object): Config {
  const apis = [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }]
  const publicUrl = 'https://mcp.acme.example'
  return completeConfig(
    configSchema.parse({ name: 'acme', apis, publicUrl, ...changes }),
    '/etc/postern.yaml',
  )
}

/** Answers GETs of a path as the gateway would, behind its real edge. */
function serve(t: Test, changes: object, signing?: SigningKeys) {
  const state = { config: configure(changes) }
  const policy = createPolicy(state.config)
  const app = Fastify()
  t.teardown(() => app.close())
  const unexpected = () => {
    throw new Error('not asked')
  }
  registerOAuth(app, {
    routes: metadataRoutes({
      baseUrl: () => state.config.publicUrl ?? 'http://127.0.0.1:8080',
      config: () => state.config,
      policy: () => policy,
      toolsOf: path => (path === '/reports' ? READ : ALL),
      signing: () => signing,
    }),
    isSecure: () => true,
    access: { isHostAllowed: () => true },
    clientAddress: () => undefined,
    styleSource: "'none'",
    problemPage: unexpected,
    onFailure: error => t.fail(error instanceof PosternError ? error.code : 'failed'),
  })
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
    const { statusCode, headers: answered, body } = await app.inject({ url, headers })
    return { status: statusCode, headers: answered, json: body === '' ? undefined : JSON.parse(body) }
  }
  return { get, state, app }
}

const RESOURCE = '/.well-known/oauth-protected-resource'
const SERVER = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

t.test('every server that takes tokens has metadata at its own path and the first at the root', async t => {
  const servers = [{ path: '/plain', auth: ['token'] }, { path: '/mcp', title: 'Acme' }, { path: '/reports' }]
  const { get } = serve(t, { auth: [TOKEN, OAUTH], servers })
  const expected = {
    resource: 'https://mcp.acme.example/mcp',
    authorization_servers: ['https://mcp.acme.example'],
    scopes_supported: ['read:*', 'write:*'],
    bearer_methods_supported: ['header'],
    resource_name: 'Acme',
  }
  const answer = await get(`${RESOURCE}/mcp`)
  t.same(answer.json, expected)
  t.match(answer.headers, { 'access-control-allow-origin': '*', 'content-type': /^application\/json/ })
  t.same((await get(RESOURCE)).json, expected, 'the first one that takes tokens')
  t.match((await get(`${RESOURCE}/reports`)).json, {
    resource: 'https://mcp.acme.example/reports',
    scopes_supported: ['read:*'],
    resource_name: 'acme',
  })
  const absent = await get(`${RESOURCE}/plain`)
  t.match(absent, { status: 404, json: { error_description: /no protected resource metadata/ } })
  t.equal(absent.headers['access-control-allow-origin'], '*', 'pages can read that, too')
  t.equal((await get(`${RESOURCE}/mcp/`)).status, 404)
  t.equal((await get(`${RESOURCE}/elsewhere`)).status, 404)
})

t.test('a server at the root has the metadata at the root', async t => {
  const { get } = serve(t, { auth: [OAUTH], servers: [{ path: '/mcp' }, { path: '/' }] })
  t.match((await get(RESOURCE)).json, { resource: 'https://mcp.acme.example' })
  t.match((await get(`${RESOURCE}/mcp`)).json, { resource: 'https://mcp.acme.example/mcp' })
})

t.test('other authorization servers are named, alone or beside the built-in one, in order', async t => {
  const other = serve(t, { auth: [JWT, TOKEN] })
  t.match((await other.get(`${RESOURCE}/mcp`)).json, {
    authorization_servers: ['https://login.acme.example'],
    scopes_supported: ['read:*', 'write:*'],
  })
  t.equal((await other.get(SERVER)).status, 404, 'it is none itself')
  t.equal((await other.get(OPENID)).status, 404)
  const both = serve(t, { auth: [OAUTH, JWT] })
  t.same((await both.get(`${RESOURCE}/mcp`)).json.authorization_servers, [
    'https://mcp.acme.example',
    'https://login.acme.example',
  ])
  const apart = serve(t, { auth: [OAUTH, JWT], servers: [{ path: '/mcp', auth: ['jwt'] }] })
  t.same((await apart.get(RESOURCE)).json.authorization_servers, ['https://login.acme.example'])
})

t.test('scopes that nobody can ask for are not named', async t => {
  const { get } = serve(t, { auth: [{ ...JWT, grant: ['read:*'] }] })
  t.notOk('scopes_supported' in (await get(RESOURCE)).json)
})

t.test('a gateway without tokens of an authorization server has no metadata, until a reload', async t => {
  const { get, state } = serve(t, { auth: [TOKEN] })
  for (const path of [RESOURCE, `${RESOURCE}/mcp`, SERVER, OPENID, `${SERVER}/mcp`]) {
    t.equal((await get(path)).status, 404, path)
  }
  state.config = configure({ auth: [TOKEN, OAUTH] })
  t.equal((await get(`${RESOURCE}/mcp`)).status, 200)
  t.equal((await get(SERVER)).status, 200)
})

t.test('the authorization server says what it offers', async t => {
  const { get } = serve(t, { auth: [OAUTH] })
  const { json } = await get(SERVER)
  t.match(json, {
    issuer: 'https://mcp.acme.example',
    authorization_endpoint: 'https://mcp.acme.example/oauth/authorize',
    token_endpoint: 'https://mcp.acme.example/oauth/token',
    registration_endpoint: 'https://mcp.acme.example/oauth/register',
    revocation_endpoint: 'https://mcp.acme.example/oauth/revoke',
    introspection_endpoint: 'https://mcp.acme.example/oauth/introspect',
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    scopes_supported: ['read:*', 'write:*'],
  })
  t.same(json.grant_types_supported, ['authorization_code', 'refresh_token'])
  t.ok(json.token_endpoint_auth_methods_supported.includes('none'), 'claude.ai asks for that')
  t.notOk(json.token_endpoint_auth_signing_alg_values_supported.some((name: string) => /^HS|none/.test(name)))
  for (const absent of [
    'jwks_uri',
    'service_documentation',
    'userinfo_endpoint',
    'id_token_signing_alg_values_supported',
  ]) {
    t.notOk(absent in json, absent)
  }
})

t.test('what is switched off is not advertised, and what is switched on is', async t => {
  const registration = { dynamic: false, documents: false }
  const closed = serve(t, { auth: [{ ...OAUTH, registration }] })
  const { json } = await closed.get(SERVER)
  t.notOk('registration_endpoint' in json)
  t.notOk('client_id_metadata_document_supported' in json)
  const identityProviders = [{ issuer: 'https://idp.acme.example' }]
  const open = serve(t, { auth: [{ ...OAUTH, signIn: [], identityProviders }] }, SIGNING)
  t.match((await open.get(SERVER)).json, {
    jwks_uri: 'https://mcp.acme.example/.well-known/jwks.json',
    grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  })
})

t.test('servers that take no OAuth tokens have no scopes of it', async t => {
  const servers = [{ path: '/mcp', auth: ['jwt'] }, { path: '/reports' }]
  const { get } = serve(t, { auth: [OAUTH, JWT], servers })
  t.same((await get(SERVER)).json.scopes_supported, ['read:*'])
})

t.test('where an OpenID provider would be is the same, with what is required there', async t => {
  const { get } = serve(t, { auth: [OAUTH] })
  const [oauth, openid] = [(await get(SERVER)).json, (await get(OPENID)).json]
  t.same(openid, {
    ...oauth,
    jwks_uri: 'https://mcp.acme.example/.well-known/jwks.json',
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  })
})

t.test('an MCP server’s URL is no issuer: clients read a 404 and look at the root', async t => {
  const { get } = serve(t, { auth: [OAUTH] })
  for (const path of [`${SERVER}/mcp`, `${OPENID}/mcp`, `/mcp${OPENID}`]) {
    const { status, json, headers } = await get(path)
    t.equal(status, 404, path)
    t.match(json, { error: 'invalid_request', error_description: /no authorization server of this issuer/ })
    t.equal(headers['access-control-allow-origin'], '*')
  }
})

t.test('a base URL with a path: below it, and with the path inserted', async t => {
  const { get } = serve(t, { auth: [OAUTH], publicUrl: 'https://acme.example/ai/' })
  for (const path of [`${RESOURCE}/mcp`, `${RESOURCE}/ai/mcp`, RESOURCE, `${RESOURCE}/ai`]) {
    t.equal((await get(path)).json.resource, 'https://acme.example/ai/mcp', path)
  }
  for (const path of [SERVER, `${SERVER}/ai`, OPENID, `${OPENID}/ai`, `/ai${OPENID}`]) {
    t.match(
      (await get(path)).json,
      {
        issuer: 'https://acme.example/ai',
        token_endpoint: 'https://acme.example/ai/oauth/token',
      },
      path,
    )
  }
})

t.test('N24: no header of a request gets into the metadata', async t => {
  const { get } = serve(t, { auth: [OAUTH] }, SIGNING)
  for (const path of [RESOURCE, `${RESOURCE}/mcp`, SERVER, OPENID]) {
    const plain = await get(path)
    const spoofed = await get(path, {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/evil',
      forwarded: 'host=evil.example;proto=http',
      'x-original-host': 'evil.example',
    })
    t.same(spoofed.json, plain.json, path)
    t.notMatch(JSON.stringify(spoofed.headers), /evil/)
  }
})

t.test('pages of any origin read it, and nobody writes to it', async t => {
  const { app } = serve(t, { auth: [OAUTH] })
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: SERVER,
    headers: { origin: 'https://x.example' },
  })
  t.equal(preflight.statusCode, 204)
  t.match(preflight.headers, {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': /MCP-Protocol-Version/,
  })
  const post = await app.inject({ method: 'POST', url: SERVER })
  t.equal(post.statusCode, 405)
})
