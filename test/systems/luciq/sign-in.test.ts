/** Signing in to Luciq: both headers, of one account, at every request; no OAuth yet; what editors are told to send. */
import t from 'tap'
import { request } from 'undici'
import { ask, type Credential, call, connect, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { createLuciq } from './backend.ts'
import { startLuciq } from './start.ts'

const product = createLuciq()
const { url, ...system } = await startLuciq(t, product)
/** What `postern connect` says for each client. */
const connection = system.cli('connect', '--json')

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'systems', version: '1' },
}
const LIST = { name: 'list_applications', arguments: {} }
const OAUTH = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/api/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/api/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/jwks.json',
  '/oauth/authorize',
  '/oauth/token',
  '/oauth/register',
  '/authorize',
  '/token',
  '/register',
]

promise(t, '003', 'the headers Email and Token sign in', async t => {
  const pair = product.account()
  t.equal((await rpc(url, pair, 'tools/list')).status, 200)
  // Header names have no case (RFC 9110 section 5.1), and neither do addresses of ours.
  const spelt = { EMAIL: pair.Email.toUpperCase(), token: pair.Token }
  t.equal((await rpc(url, spelt, 'tools/list')).status, 200)
  await call(url, pair, 'list_applications')
  const { headers } = product.received.at(-1) ?? {}
  t.match(headers, { email: pair.Email, token: pair.Token }, 'the product sees them as they came')
})

promise(t, '003', 'both headers are mandatory, and who leaves one out is told of both', async t => {
  const { Email, Token } = product.account()
  const before = product.received.length
  const some: readonly Credential[] = [undefined, { Email }, { Token }]
  for (const part of some) {
    const { status, headers, body } = await rpc(url, part, 'tools/list')
    t.equal(status, 401)
    t.match(body.error.message, /headers Email and Token/)
    t.equal(headers.get('www-authenticate'), 'ApiKey realm="luciq", headers="Email Token"')
  }
  for (const empty of [
    { Email, Token: '' },
    { Email: '', Token },
    { Email, Token: ' ' },
  ]) {
    t.equal((await rpc(url, empty, 'tools/list')).status, 401)
  }
  t.equal(product.received.length, before, 'and the product is not asked')
})

promise(t, '003', 'a token is of one e-mail address, and with any other it is refused', async t => {
  const pair = product.account()
  const other = product.account()
  const strangers = [other.Email, 'nobody@luciq.example', `${pair.Email}.example`, `x${pair.Email}`]
  for (const ignoresEmail of [false, true]) {
    // Also where the product itself would let the token alone decide.
    product.faults.ignoresEmail = ignoresEmail
    for (const [index, Email] of strangers.entries()) {
      const from = { 'x-forwarded-for': `192.0.2.${index}` }
      const { status, body } = await rpc(url, { ...pair, Email, ...from }, 'tools/call', LIST)
      t.equal(status, 401, Email)
      t.notMatch(JSON.stringify(body), /luciqai/)
    }
    t.equal((await rpc(url, pair, 'tools/list')).status, 200)
  }
  product.faults.ignoresEmail = false
})

promise(t, '003', 'every request has to sign in for itself', async t => {
  const pair = product.account()
  const opened = await rpc(url, pair, 'initialize', INITIALIZE)
  t.equal(opened.status, 200)
  const session = { 'mcp-session-id': 'made-up', cookie: 'session=made-up' }
  for (const method of [
    'initialize',
    'ping',
    'tools/list',
    'tools/call',
    'server/discover',
    'prompts/list',
  ]) {
    const params = method === 'tools/call' ? LIST : INITIALIZE
    t.equal((await rpc(url, undefined, method, params, session)).status, 401, method)
  }
  const before = product.received.length
  for (let times = 0; times < 3; times++) await rpc(url, pair, 'tools/list')
  t.equal(product.received.length, before + 3, 'and the product is asked each time')
})

promise(t, '003', 'OAuth is not offered yet, and no client is led to try it', async t => {
  const pair = product.account()
  const { headers } = await rpc(url, undefined, 'initialize', INITIALIZE)
  t.notMatch(headers.get('www-authenticate') ?? '', /resource_metadata|Bearer/)
  for (const path of OAUTH) t.equal((await ask(system.origin + path)).status, 404, path)
  const bearer = { authorization: `Bearer ${pair.Token}` }
  t.equal((await rpc(url, bearer, 'tools/list')).status, 401)
  const both = await rpc(url, { ...pair, ...bearer }, 'tools/list')
  t.equal(both.status, 400, 'nor does it count beside the two headers')
  t.match(both.body.error.message, /more than one credential/)
  const { snippets } = JSON.parse((await connection).stdout)
  t.notMatch(JSON.stringify(snippets), /oauth/i)
})

promise(t, '003', 'tokens come from the product’s support alone: nothing here makes one', async t => {
  const { code } = await system.cli('token', 'create', '--name', 'own', '--scope', 'read:*')
  t.not(code, 0)
  const invented = { Email: product.account().Email, Token: 'luciq_pat_0123456789' }
  t.equal((await rpc(url, invented, 'tools/list')).status, 401)
})

promise(t, '003', 'Cursor takes an entry under mcpServers with the URL and both headers', async t => {
  const { mcpServers, where } = await snippet('cursor')
  t.match(where, '~/.cursor/mcp.json')
  t.same(Object.keys(mcpServers), ['luciq'])
  const { url: typed, headers } = mcpServers.luciq
  t.equal(typed, 'https://api.instabug.com/api/mcp')
  t.same(Object.keys(headers), ['Email', 'Token'])
  const client = await connect(t, system.at(typed), product.account())
  t.equal((await client.listTools()).tools.length, 4)
})

promise(t, '003', 'what people paste holds no token, so that it can be shared', async t => {
  const { mcpServers } = await snippet('cursor')
  t.same(mcpServers.luciq.headers, {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders that Cursor fills in
    Email: '${env:LUCIQ_EMAIL}',
    Token: '${env:LUCIQ_TOKEN}',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: placeholders that Cursor fills in
  })
  const { notes, snippets } = JSON.parse((await connection).stdout)
  t.match(notes.join(), /keep it out of version control/)
  const { Email, Token } = product.account()
  t.ok(snippets.length > 5)
  t.notMatch(JSON.stringify(snippets), new RegExp(`${Email}|${Token}`))
  // A placeholder that stayed is told apart from a wrong token.
  const unfilled = await rpc(url, { Email, Token: mcpServers.luciq.headers.Token }, 'tools/list')
  t.match(unfilled.body.error.message, /The header Token holds a placeholder/)
})

promise(t, '003', 'testing the connection tells whether the sign-in is right', async t => {
  const pair = product.account()
  const good = await rpc(url, pair, 'initialize', INITIALIZE)
  t.match(good.body.result, {
    serverInfo: { name: 'luciq', title: 'Luciq' },
    instructions: /list_applications/,
  })
  const wrong = await rpc(url, { ...pair, Token: `${pair.Token}0` }, 'initialize', INITIALIZE)
  t.equal(wrong.status, 401)
  t.equal(wrong.body.error.data.code, 'invalid_token')
  await t.rejects(connect(t, url, { ...pair, Token: `${pair.Token}1` }))
})

promise(t, '003', 'then listing the tools validates it, for clients of both eras', async t => {
  for (const options of [{}, { versionNegotiation: { mode: { pin: '2026-07-28' } } as const }]) {
    const client = await connect(t, url, product.account(), options)
    const { tools } = await client.listTools()
    t.same(tools.map(({ name }) => name).sort(), [
      'get_crash',
      'get_crash_stack_trace',
      'list_applications',
      'list_crashes',
    ])
  }
})

promise(t, '003', 'an editor that was restarted connects anew, and needs nothing of before', async t => {
  const pair = product.account()
  for (let times = 0; times < 2; times++) {
    const client = await connect(t, url, pair)
    t.match(await client.callTool(LIST), { structuredContent: { data: [{ slug: 'luciqai' }] } })
    await client.close()
  }
  t.equal((await rpc(url, pair, 'initialize', INITIALIZE)).headers.get('mcp-session-id'), null)
})

promise(t, '003', 'tokens are rotated: the new one is good at once, and the old one refused', async t => {
  const old = product.account()
  const client = await connect(t, url, old)
  t.equal((await client.listTools()).tools.length, 4)
  const fresh = product.rotate(old.Email)
  t.equal((await visible(url, fresh)).length, 4)
  for (const method of ['tools/list', 'tools/call']) {
    const { status, body } = await rpc(url, old, method, LIST)
    t.equal(status, 401, method)
    t.equal(body.error.data.code, 'invalid_token')
  }
  await t.rejects(client.callTool(LIST), 'also for who was connected')
})

t.test('one header that comes twice, or holds two values, is no sign-in', async t => {
  const pair = product.account()
  const other = product.account()
  for (const two of [
    { ...pair, Email: `${pair.Email}, ${other.Email}` },
    { ...pair, Token: `${pair.Token},${other.Token}` },
  ]) {
    const { status } = await rpc(url, two, 'tools/list', {}, { 'x-forwarded-for': '198.51.100.7' })
    t.ok(status === 400 || status === 401, String(status))
  }
  // Twice over the wire, where `fetch` would join them.
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: [
      ...['content-type', 'application/json', 'accept', 'application/json, text/event-stream'],
      ...[pair, other].flatMap(({ Email, Token }) => ['Email', Email, 'Token', Token]),
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  t.equal(statusCode, 400)
  t.match(await body.json(), { error: { data: { code: 'ambiguous_credentials' } } })
})

t.test('the pair is taken from its headers alone', async t => {
  const { Email, Token } = product.account()
  const before = product.received.length
  t.equal((await rpc(`${url}?Email=${Email}&Token=${Token}`, undefined, 'tools/list')).status, 401)
  const misplaced: readonly Record<string, string>[] = [
    { 'x-email': Email, 'x-token': Token },
    { cookie: `Email=${Email}; Token=${Token}` },
    { authorization: `Basic ${btoa(`${Email}:${Token}`)}` },
    { 'x-forwarded-email': Email, Token },
  ]
  for (const headers of misplaced) {
    t.equal((await rpc(url, headers, 'tools/list')).status, 401, Object.keys(headers).join())
  }
  t.equal(product.received.length, before)
})

t.test('arguments and metadata can’t carry another pair to the product', async t => {
  const pair = product.account()
  const { Email, Token } = product.account({ grants: { 'rival-bank': ['production'] } })
  for (const args of [{ Email, Token }, { headers: { Email, Token } }, { email: Email, token: Token }]) {
    const before = product.received.length
    const { body } = await rpc(url, pair, 'tools/call', { ...LIST, arguments: args, _meta: { Email, Token } })
    t.notMatch(JSON.stringify(body), /rival/)
    for (const { headers } of product.received.slice(before)) t.equal(headers.email, pair.Email)
  }
})

t.test('whoever guesses has to wait, and others go on', async t => {
  const pair = product.account()
  const good = { 'x-forwarded-for': '203.0.113.1' }
  t.equal((await rpc(url, pair, 'tools/list', {}, good)).status, 200)
  const statuses = new Set<number>()
  for (let times = 0; times < 14; times++) {
    const guess = { ...pair, Token: `tok${times}` }
    statuses.add((await rpc(url, guess, 'tools/list', {}, { 'x-forwarded-for': '203.0.113.66' })).status)
  }
  t.same([...statuses], [401, 429])
  t.equal((await rpc(url, pair, 'tools/list', {}, good)).status, 200)
})

t.test('no token is in the audit or the log, good or bad', async t => {
  const pair = product.account()
  const wrong = product.account()
  await call(url, pair, 'list_applications')
  await call(url, pair, 'get_crash', { application: 'rival-bank', crash: 'crs_vault' })
  await rpc(
    url,
    { ...wrong, Token: `${wrong.Token}0` },
    'tools/list',
    {},
    { 'x-forwarded-for': '203.0.113.9' },
  )
  await system.audited(({ event, code }) => event === 'refused' && code === 'invalid_token')
  const called = await system.audited(({ tool, outcome }) => tool === 'list_applications' && outcome === 'ok')
  t.match(called, { subject: /^usr_/, organization: 'shared', tenant: 'shared' })
  for (const text of [JSON.stringify(system.audit()), system.logged()]) t.notMatch(text, /tok[0-9a-f]{12}/)
})

/** What `postern connect` says for one client, the text of its file read. */
async function snippet(client: string) {
  const { snippets } = JSON.parse((await connection).stdout)
  const { text, where } = snippets.find((one: { client: string }) => one.client === client)
  return { ...JSON.parse(text), where }
}
