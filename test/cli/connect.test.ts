import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findConnection, renderConnection } from '../../src/cli/connect.ts'
import { findServer, serverUrl } from '../../src/cli/server-url.ts'
import { loadConfig } from '../../src/config/load.ts'
import { CLIENTS } from '../../src/console/client-snippets.ts'

const VERIFY = 'verify: { request: GET /me, grant: [read:*] }'

function configOf(t: Test, { head = '', auth = '  - type: token' } = {}) {
  const file = join(mkdtempSync(join(t.testdir({}), 'c-')), 'postern.yaml')
  writeFileSync(
    file,
    `name: acme\n${head}\napis: [{ name: a, openapi: ./a.yaml, upstream: https://api.acme.com }]\nauth:\n${auth}\n`,
  )
  return loadConfig(file, { env: {} })
}

t.test('the address that clients type', async t => {
  const url = (head: string, path?: string) => {
    const config = configOf(t, { head })
    return serverUrl(config, findServer(config, path))
  }
  t.equal(url(''), 'http://127.0.0.1:8080/mcp')
  t.equal(url('publicUrl: https://mcp.acme.com/'), 'https://mcp.acme.com/mcp')
  t.equal(url('listen: { host: 0.0.0.0, port: 1 }'), 'http://127.0.0.1:1/mcp')
  t.equal(url('listen: { host: "::1", port: 1 }'), 'http://[::1]:1/mcp')
  t.equal(
    url('servers: [{ path: /mcp }, { path: /mcp/admin }]', '/mcp/admin'),
    'http://127.0.0.1:8080/mcp/admin',
  )
  t.throws(() => url('servers: [{ path: /a }, { path: /b }]', '/c'), {
    message: /no server at \/c.*\/a, \/b/,
  })
})

t.test('the credential is the one that the scheme asks for', async t => {
  const cursor = (auth: string, head = '') => {
    const { snippets } = findConnection(configOf(t, { auth, head }), { client: 'cursor' })
    t.equal(snippets.length, 1)
    return JSON.parse(snippets[0]?.text ?? '').mcpServers.acme.headers
  }
  t.same(cursor('  - type: token'), { Authorization: `Bearer $\{env:POSTERN_TOKEN}` })
  const jwt = 'type: jwt, issuer: "https://id.acme.com", audience: "https://mcp.acme.com/mcp"'
  t.same(cursor(`  - { ${jwt} }`), { Authorization: `Bearer $\{env:POSTERN_TOKEN}` })
  t.same(cursor(`  - { ${jwt}, header: X-Access-Token }`), { 'X-Access-Token': `$\{env:POSTERN_TOKEN}` })
  t.same(cursor('  - { type: token, header: X-Api-Key }'), { 'X-Api-Key': `$\{env:POSTERN_TOKEN}` })
  t.same(cursor(`  - { type: headers, headers: [Email, Token], ${VERIFY} }`), {
    Email: `$\{env:ACME_EMAIL}`,
    Token: `$\{env:ACME_TOKEN}`,
  })
  t.same(cursor('  - { type: anonymous, scopes: [read:*] }'), undefined)
  t.same(
    cursor(
      `  - type: token\n  - { type: headers, headers: [Email, Token], ${VERIFY} }`,
      'servers: [{ path: /mcp, auth: [headers] }]',
    ),
    { Email: `$\{env:ACME_EMAIL}`, Token: `$\{env:ACME_TOKEN}` },
    'only schemes that this server takes',
  )
})

t.test('what a person sees', async t => {
  const auth = `  - { type: anonymous, scopes: [read:*] }\n  - { type: bearer, prefix: tok_, ${VERIFY} }\n  - type: token`
  const connection = findConnection(configOf(t, { auth }), {})
  t.same(
    connection.snippets.map(({ client }) => client),
    CLIENTS,
    'claude.ai and ChatGPT get in without any credential',
  )
  t.match(connection.snippets.find(({ client }) => client === 'claude-ai')?.way, 'Without any credential')
  t.match(connection.notes, [
    /^With the product’s own token in Authorization: Bearer\.$/,
    /^Also: with a token of `postern token create` \(acme_pat_…\)/,
    /^Also: without any credential\.$/,
    /--client NAME/,
    /version control/,
  ])
  const text = renderConnection(connection)
  t.match(text, /^http:\/\/127\.0\.0\.1:8080\/mcp\n/)
  t.match(text, /── Claude Code: a terminal\n\nclaude mcp add --transport http acme/)
  t.throws(() => findConnection(configOf(t), { client: 'emacs' }), {
    message: /No client is called emacs/,
  })
})

const OAUTH = `  - { type: oauth, signIn: [{ type: product, title: Acme, ${VERIFY} }] }`
const SEALING = 'sealing: { keys: [{ value: "jmwh3q2BmOoVcEcrv3Hc0eUVtkYdyMfTWyfVDWkuL2w=" }] }'

t.test('signing in comes first, wherever it stands, and what can’t sign in gets a token', async t => {
  const auth = `  - type: token\n${OAUTH}`
  const connection = findConnection(configOf(t, { auth, head: SEALING }), {})
  const ways = new Map(connection.snippets.map(({ client, way }) => [client, way]))
  for (const client of CLIENTS.filter(id => id !== 'curl'))
    t.equal(ways.get(client), 'With OAuth, signing in with Acme in the browser', client)
  t.match(ways.get('curl'), 'postern token create')
  t.match(connection.notes, [
    /^With OAuth, signing in with Acme in the browser\. The browser shows/,
    /^Also: with a token/,
  ])
  const text = renderConnection(connection)
  t.match(text, 'claude mcp add --transport http acme http://127.0.0.1:8080/mcp\n')
  t.match(text, '── curl, or any other program: a terminal\n   With a token of')
})

t.test('one client is shown with every way in, and with what goes wrong', async t => {
  const config = configOf(t, { auth: `  - type: token\n${OAUTH}`, head: SEALING })
  const code = findConnection(config, { client: 'claude-code' })
  t.match(code.snippets, [{ steps: [/claude mcp login/, /browser shows/] }, { text: /--header/ }])
  t.match(code.failures, [{ seen: /401 on every request/ }, { seen: /no browser opens/ }])
  t.notOk(code.failures.some(({ seen }) => seen.includes('claude.ai')))
  const text = renderConnection(code)
  t.match(text, '   With OAuth, signing in with Acme in the browser:\n')
  t.match(text, 'If it doesn’t work:')

  const chatgpt = findConnection(config, { client: 'chatgpt' })
  t.match(chatgpt.snippets, [{ text: 'http://127.0.0.1:8080/mcp' }])
  t.equal(chatgpt.snippets.length, 1)
  t.match(chatgpt.notes[0], 'ChatGPT: it signs in with OAuth only')
  t.notOk(chatgpt.failures.some(({ seen }) => seen.includes('with a token')))
})

t.test('a client that nothing would connect is told so', async t => {
  const { snippets, notes, failures } = findConnection(configOf(t), { client: 'claude-ai' })
  t.same({ snippets, failures }, { snippets: [], failures: [] })
  t.match(notes, [/can’t be connected.*type: oauth/, /OAuth only/])
})

t.test('an authorization server for machines alone is no way in for people', async t => {
  const auth = '  - type: token\n  - type: oauth'
  const { snippets, notes } = findConnection(configOf(t, { auth }), { client: 'cursor' })
  t.equal(snippets.length, 1)
  t.notMatch(notes.join(), 'browser')
})
