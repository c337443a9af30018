import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { describeConnection, renderConnection } from '../../src/cli/connect.ts'
import { findServer, serverUrl } from '../../src/cli/server-url.ts'
import { loadConfig } from '../../src/config/load.ts'

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
    const { snippets } = describeConnection(configOf(t, { auth, head }), { client: 'cursor' })
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
  const connection = describeConnection(configOf(t, { auth }), {})
  t.equal(connection.snippets.length, 8)
  t.match(connection.notes, [
    /The credential: the product’s own token in Authorization: Bearer/,
    /Also taken: a token of `postern token create` \(acme_pat_…\)/,
    /Also taken: no credential/,
  ])
  const text = renderConnection(connection)
  t.match(text, /^http:\/\/127\.0\.0\.1:8080\/mcp\n/)
  t.match(text, /── Claude Code: a terminal\n\nclaude mcp add --transport http acme/)
  t.match(text, /\* claude\.ai/)
  t.throws(() => describeConnection(configOf(t), { client: 'emacs' }), {
    message: /No client is called emacs/,
  })
})
