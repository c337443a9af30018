import t from 'tap'
import type { Principal } from '../../../src/auth/principal.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import { createGatewayEndpoints } from '../../../src/oauth/metadata/gateway-endpoints.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { makePrincipal, makeTool } from '../../policy/make-tool.ts'

const TOOLS = [makeTool('list', 'read:invoices'), makeTool('create', 'write:invoices', undefined, 'write')]
const OAUTH = { type: 'oauth', signIn: [{ type: 'product', verify: { request: 'GET /v1/me' } }] }
const JWT = { type: 'jwt', issuer: 'https://login.acme.example', audience: 'https://mcp.acme.example/mcp' }
const METADATA = 'https://mcp.acme.example/.well-known/oauth-protected-resource'

function endpointsOf(changes: object, baseUrl = 'https://mcp.acme.example') {
  const apis = [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }]
  const config = completeConfig(configSchema.parse({ name: 'acme', apis, ...changes }), '/etc/postern.yaml')
  const policy = createPolicy(config)
  const tools = config.servers.map(() => TOOLS)
  return createGatewayEndpoints({ config, tools, policy, baseUrl: () => baseUrl, keys: undefined })
}

const by = (scheme: Principal['scheme'], scopes: readonly string[]): Principal => ({
  ...makePrincipal(scopes),
  scheme,
})
const LACKING = new PosternError('insufficient_scope', {
  message: 'No.',
  data: { scopes: ['write:invoices'] },
})

t.test('endpoints of tokens have metadata and scopes, others have none', async t => {
  const servers = [{}, { path: '/plain', auth: ['token'] }, { path: '/' }]
  const [first, plain, root] = endpointsOf({ auth: [{ type: 'token' }, OAUTH], servers }).servers
  t.equal(first?.metadata?.(), `${METADATA}/mcp`)
  t.same(first?.scopes, ['read:*', 'write:*'])
  t.equal(first?.allowed, undefined)
  t.match(plain, { takesTokens: false, metadata: undefined, scopes: [] })
  t.same([...(plain?.allowed ?? [])], ['token'])
  t.equal(root?.metadata?.(), METADATA)
})

t.test('a base URL with a path: metadata is below it, where it reaches the gateway', async t => {
  const [first] = endpointsOf({ auth: [OAUTH] }, 'https://acme.example/ai').servers
  t.equal(first?.metadata?.(), 'https://acme.example/ai/.well-known/oauth-protected-resource/mcp')
})

t.test('N15: who lacks scopes is told all that to ask for, and where', async t => {
  const [first] = endpointsOf({
    auth: [OAUTH, JWT, { type: 'token' }, { type: 'anonymous', scopes: ['read:*'] }],
  }).servers
  const told = (principal?: Principal) => first?.challenge(LACKING, principal)['WWW-Authenticate']
  for (const scheme of ['oauth', 'jwt', 'anonymous'] as const) {
    t.equal(
      told(by(scheme, ['read:*'])),
      `Bearer realm="acme", error="insufficient_scope", error_description="No.", scope="read:* write:invoices", resource_metadata="${METADATA}/mcp"`,
    )
  }
  const plain =
    'Bearer realm="acme", error="insufficient_scope", error_description="No.", scope="write:invoices"'
  t.equal(told(by('token', ['read:*'])), plain, 'another way in would not help a minted token')
  t.equal(told(undefined), plain)
})

t.test('errors without a challenge stay without one', async t => {
  const [first] = endpointsOf({ auth: [OAUTH] }).servers
  t.same(first?.challenge(new PosternError('access_denied'), by('oauth', [])), {})
})

t.test('N4, N5: URLs of all endpoints are known, however they are spelt', async t => {
  const { site, admin, passthrough } = endpointsOf({
    auth: [OAUTH, { type: 'token' }],
    servers: [{}, { path: '/mcp-other' }],
    admin: { role: 'admin' },
    passthrough: { path: '/api', api: 'acme' },
  })
  const same = [
    'https://mcp.acme.example/mcp',
    'https://mcp.acme.example/mcp/',
    'HTTPS://MCP.Acme.Example/mcp',
    'https://mcp.acme.example:443/mcp',
  ]
  for (const url of same) t.equal(site.pathOf(url), '/mcp', url)
  t.equal(site.pathOf('https://mcp.acme.example/mcp-other'), '/mcp-other')
  t.equal(site.pathOf('https://mcp.acme.example/admin'), admin?.path)
  t.equal(site.pathOf('https://mcp.acme.example/api'), passthrough?.path)
  t.same([...(admin?.allowed ?? [])], ['token'])
  const others = [
    'https://mcp.acme.example',
    'https://mcp.acme.example/MCP',
    'https://mcp.acme.example/mcp?x',
    'https://mcp.acme.example/mcp#x',
    'https://u@mcp.acme.example/mcp',
    'https://mcp.acme.example/a/../mcp',
    'http://mcp.acme.example/mcp',
    'https://mcp.acme.example:8443/mcp',
    '/mcp',
    'api://acme',
    '',
  ]
  for (const text of others) t.equal(site.pathOf(text), undefined, text)
})
