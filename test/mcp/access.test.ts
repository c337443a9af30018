import t from 'tap'
import { createAccess } from '../../src/mcp/access.ts'

const access = createAccess({
  publicUrl: 'https://mcp.acme.com/base',
  listenHost: '192.0.2.7',
  allowedHosts: ['Gateway.internal', 'exact.internal:9000'],
  allowedOrigins: undefined,
})

t.test('hosts', async t => {
  const allowed = [
    'mcp.acme.com',
    'MCP.acme.com',
    'mcp.acme.com:443',
    'localhost:8080',
    '127.0.0.1:8080',
    '[::1]:8080',
    '192.0.2.7:8080',
    'gateway.internal',
    'gateway.internal:1234',
    'exact.internal:9000',
  ]
  for (const host of allowed) t.equal(access.isHostAllowed(host, 8080), true, host)
  const refused = [
    undefined,
    '',
    'evil.com',
    'evil.com:8080',
    'localhost',
    'localhost:8081',
    'localhost.evil.com:8080',
    'localhost.:8080',
    'exact.internal',
    'exact.internal:9001',
    'mcp.acme.com.evil.com',
    'evil.com#mcp.acme.com',
    'user@mcp.acme.com',
    'mcp.acme.com/',
    '127.0.0.1:8080, evil.com',
    '127.1:8080',
    '2130706433:8080',
    '[::ffff:127.0.0.1]:8080',
    'localhost:08080x',
    '__proto__',
  ]
  for (const host of refused) t.equal(access.isHostAllowed(host, 8080), false, String(host))
  t.equal(access.isHostAllowed('localhost', 80), true, 'the port that http leaves out')
  t.equal(access.isHostAllowed('localhost:8080', undefined), false)
})

t.test('where the gateway speaks TLS itself, a host without a port means 443', async t => {
  const secure = createAccess({
    publicUrl: undefined,
    listenHost: '0.0.0.0',
    defaultPort: 443,
    allowedHosts: undefined,
    allowedOrigins: undefined,
  })
  t.equal(secure.isHostAllowed('localhost', 443), true)
  t.equal(secure.isHostAllowed('localhost', 80), false)
  t.equal(secure.isHostAllowed('localhost:8443', 8443), true)
  t.equal(secure.isHostAllowed('evil.com', 443), false)
})

t.test('origins', async t => {
  for (const origin of [
    undefined,
    'https://mcp.acme.com',
    'http://localhost',
    'http://localhost:6274',
    'https://127.0.0.1:1',
    'http://[::1]:3000',
  ]) {
    t.equal(access.isOriginAllowed(origin), true, String(origin))
  }
  for (const origin of [
    '',
    'null',
    'http://mcp.acme.com',
    'https://mcp.acme.com:444',
    'https://mcp.acme.com.evil.com',
    'http://localhost.evil.com',
    'http://localhost:1@evil.com',
    'http://evil.com/http://localhost',
    'http://localhost:6274/',
    'file://',
    'http://evil.com\nhttp://localhost',
  ]) {
    t.equal(access.isOriginAllowed(origin), false, origin)
  }
})

t.test('configured origins replace the pages of this machine, not the public one', async t => {
  const strict = createAccess({
    publicUrl: 'http://mcp.acme.com:8080',
    listenHost: '::',
    allowedHosts: undefined,
    allowedOrigins: ['https://app.acme.com/', 'vscode-webview://abc'],
  })
  t.equal(strict.isOriginAllowed('https://app.acme.com'), true)
  t.equal(strict.isOriginAllowed('vscode-webview://abc'), true)
  t.equal(strict.isOriginAllowed('http://mcp.acme.com:8080'), true)
  t.equal(strict.isOriginAllowed('http://localhost:6274'), false)
  t.equal(strict.isHostAllowed('mcp.acme.com:8080', 1), true)
  t.equal(strict.isHostAllowed('mcp.acme.com', 1), false)
  t.equal(strict.isHostAllowed('[::]:1', 1), true)
})

t.test('without a public URL only this machine is allowed', async t => {
  const local = createAccess({
    publicUrl: undefined,
    listenHost: '127.0.0.1',
    allowedHosts: undefined,
    allowedOrigins: undefined,
  })
  t.equal(local.isHostAllowed('127.0.0.1:4000', 4000), true)
  t.equal(local.isHostAllowed('mcp.acme.com', 4000), false)
  t.equal(local.isOriginAllowed('https://mcp.acme.com'), false)
})
