/** Lumos's endpoint for everybody: where it is, what it takes for a credential, and how each client gets there. */
import {
  Client,
  type ClientOptions,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import t from 'tap'
import { KeptProvider } from '../../browser/kept-provider.ts'
import { caught } from '../../clients/caught.ts'
import { Browser } from '../../oauth/browser.ts'
import { ask, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { ADMIN, CALLBACK, connectAs, decide, register, signIn, USER } from './client.ts'
import { startLumos } from './start.ts'

const { product, system } = await startLumos(t)
const url = `${system.origin}/mcp/user`
const WELL_KNOWN = 'https://api.lumos.com/.well-known'
const CLIENTS = ['claude-code', 'claude-ai', 'claude-desktop', 'codex', 'gemini-cli', 'opencode']
/** What `postern connect` says for each client. */
const connection = system.cli('connect', '--json')
type Provider = KeptProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>

promise(
  t,
  '001',
  'a client that is given the URL connects, and its person finds and runs the tools',
  async t => {
    const eras: readonly ClientOptions[] = [{}, { versionNegotiation: { mode: { pin: '2026-07-28' } } }]
    for (const options of eras) {
      const provider: Provider = new KeptProvider({ redirectUrl: CALLBACK })
      const first = transport(provider)
      const refused = await caught(new Client({ name: 'systems', version: '1' }, options).connect(first))
      t.match(refused, { message: /unauthorized/i })
      const [opened] = provider.opened
      if (opened === undefined) return t.fail('no browser was opened')
      t.equal(opened.searchParams.get('resource'), USER)
      const browser = new Browser(system.at)
      const page = await browser.follow(await browser.open(opened.href), isBetween)
      const redirect = await decide(
        { browser, page: await signIn(browser, page, 'ana'), clientId: '', verifier: '' },
        'approve',
      )
      await first.finishAuth(redirect.searchParams)
      const client = new Client({ name: 'systems', version: '1' }, options)
      t.teardown(() => client.close())
      await client.connect(transport(provider))
      t.equal((await client.listTools()).tools.length, 5)
      const query = { query: 'sales reports' }
      t.match(await client.callTool({ name: 'search_apps', arguments: query }), {
        structuredContent: { data: [{ id: 'app_salesforce' }] },
      })
    }
  },
)

promise(t, '001', 'the endpoint of the server for everybody is /mcp/user', async t => {
  const { accessToken } = await connectAs(system, 'ana')
  t.equal((await rpc(url, accessToken, 'tools/list')).status, 200)
  const { body } = await ask(system.at(`${WELL_KNOWN}/oauth-protected-resource/mcp/user`))
  t.match(body, {
    resource: USER,
    authorization_servers: ['https://api.lumos.com'],
    scopes_supported: ['lumos:user:read', 'lumos:user:write'],
  })
})

promise(
  t,
  '001',
  'a client without a token is told where its person signs in, and opens a browser there',
  async t => {
    const { status, headers, body } = await rpc(url, undefined, 'initialize')
    t.equal(status, 401)
    t.equal(body.error.data.code, 'missing_token')
    const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? []
    t.equal(metadata, `${WELL_KNOWN}/oauth-protected-resource/mcp/user`)
    const [issuer] = (await ask(system.at(metadata))).body.authorization_servers
    const server = await ask(system.at(`${issuer}/.well-known/oauth-authorization-server`))
    t.match(server.body, {
      issuer,
      authorization_endpoint: 'https://api.lumos.com/oauth/authorize',
      registration_endpoint: /register/,
      code_challenge_methods_supported: ['S256'],
      client_id_metadata_document_supported: true,
    })
  },
)

promise(
  t,
  '001',
  'any client works that speaks HTTP and opens a browser, on a machine or hosted',
  async t => {
    const redirects = {
      'Claude Code': 'http://localhost:54212/callback',
      Claude: 'https://claude.ai/api/mcp/auth_callback',
      Codex: 'http://127.0.0.1:1455/callback/x1',
      'Gemini CLI': 'http://localhost:7777/oauth/callback',
      OpenCode: 'http://127.0.0.1:19876/mcp/oauth/callback',
    }
    for (const [name, redirect] of Object.entries(redirects)) {
      t.match(await register(system, name, redirect), /^cli_/, name)
    }
    t.equal(await register(system, 'Claude', 'https://claude.ai.evil.example/callback'), undefined)
  },
)

promise(t, '001', 'no key or token is ever pasted: none is offered, and none is taken', async t => {
  const { stdout } = await connection
  t.notMatch(stdout, /POSTERN_TOKEN|YOUR_|Authorization|"env"|--header/)
  const offered = Object.keys(await snippets())
  t.notOk(offered.includes('curl'), 'what can’t open a browser is not told how')
  const { code, stderr } = await system.cli('token', 'create', '--name', 'x', '--scope', 'lumos:user:read')
  t.equal(code, 1)
  t.match(stderr, /does not accept tokens/)
  for (const credential of ['lumos_pat_0123456789abcdef0123456789abcdef', 'sk-1', { 'x-api-key': 'sk-1' }]) {
    t.equal((await rpc(url, credential, 'tools/list')).status, 401)
  }
})

promise(t, '001', 'every client uses the same endpoint', async t => {
  const texts = await snippets()
  for (const client of CLIENTS) t.match(texts[client]?.text, USER, client)
  for (const one of Object.values(texts)) t.notMatch(one?.text, ADMIN)
})

promise(t, '001', 'Claude Code adds the server with one command', async t => {
  const { 'claude-code': claude } = await snippets()
  t.equal(claude?.text, `claude mcp add --transport http lumos ${USER}`)
})

promise(t, '001', 'Claude Code takes the server from a file of JSON as well', async t => {
  const { 'claude-code': claude } = await snippets()
  const [, file = ''] = /`(\{.*\})`/.exec(claude?.note ?? '') ?? []
  t.same(JSON.parse(file), { mcpServers: { lumos: { type: 'http', url: USER } } })
})

promise(t, '001', 'a URL without /mcp/user leads nowhere, and the answer says so', async t => {
  const { accessToken } = await connectAs(system, 'ana')
  for (const path of ['/', '/mcp', '/mcp/', '/mcp/users', '/mcp/user/', '/v1/apps', '/mcp/user/x']) {
    const { status, body } = await rpc(system.origin + path, accessToken, 'tools/list')
    t.equal(status, 404, path)
    t.match(body.error, { code: 'not_found', message: /nothing at this address/ }, path)
  }
  const page = await ask(`${system.origin}/`)
  t.equal(page.status, 200)
  t.match(page.body, USER, 'the page at / shows where to go')
})

t.test('a credential that came otherwise than as a bearer token is none', async t => {
  const { accessToken } = await connectAs(system, 'ana')
  const misplaced: readonly Readonly<Record<string, string>>[] = [
    { token: accessToken },
    { 'x-api-key': accessToken },
    { cookie: `token=${accessToken}` },
    { authorization: `Basic ${btoa(`ana:${accessToken}`)}` },
    { authorization: `Bearer ${accessToken}x` },
  ]
  for (const headers of misplaced) t.equal((await rpc(url, headers, 'tools/list')).status, 401)
  t.equal((await rpc(`${url}?access_token=${accessToken}`, undefined, 'tools/list')).status, 401)
  const seen = product.received.filter(({ headers }) => JSON.stringify(headers).includes(accessToken))
  t.same(seen, [])
})

t.test('strangers learn nothing of people and tools', async t => {
  const before = product.received.length
  for (const path of ['/', '/llms.txt', '/mcp/user', '/mcp/admin', '/.well-known/jwks.json']) {
    const { body } = await ask(system.origin + path)
    t.notMatch(JSON.stringify(body), /org_acme|search_apps|update_catalog_app|127\.0\.0\.1/, path)
  }
  t.equal(product.received.length, before, 'and the product is not asked')
})

t.test('tools of the product’s own page are none here', async t => {
  const { accessToken } = await connectAs(system, 'ana')
  t.notOk((await visible(url, accessToken)).includes('get_my_entitlements'))
  for (const name of ['get_my_entitlements', 'getMyEntitlements', '__proto__', 'SEARCH_APPS']) {
    const { body } = await rpc(url, accessToken, 'tools/call', { name, arguments: {} })
    t.ok(body.error ?? body.result.isError, name)
  }
})

function transport(authProvider: Provider): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(USER), {
    authProvider,
    fetch: (input, init) => fetch(system.at(String(input)), init),
  })
}

function isBetween(location: string): boolean {
  return !location.startsWith(CALLBACK)
}

async function snippets(): Promise<
  Partial<Record<string, { readonly text: string; readonly note?: string }>>
> {
  const { snippets: all } = JSON.parse((await connection).stdout)
  return Object.fromEntries(all.map((one: { client: string }) => [one.client, one]))
}
