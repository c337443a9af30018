import t from 'tap'
import { loadConfig } from '../src/config/load.ts'
import { build } from './build.ts'
import { install, run } from './bundle/unpack.ts'

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'claude', version: '1' } },
}

t.test('the gateway gives its bundle away, and it connects to that gateway', async t => {
  const { origin, mint, product } = await build(t)
  const response = await fetch(`${origin}/connect/tally.mcpb`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/octet-stream')
  t.equal(response.headers.get('content-disposition'), 'attachment; filename="tally.mcpb"')
  t.equal(response.headers.get('x-content-type-options'), 'nosniff')
  const bytes = await response.bytes()
  const again = await fetch(`${origin}/connect/tally.mcpb`, { headers: { authorization: 'Bearer wrong' } })
  t.ok(Buffer.from(await again.bytes()).equals(bytes), 'the same to everybody')
  const bundle = await install(bytes, t.testdir({}))
  t.match(bundle.manifest, { display_name: 'Tallybook', version: '0.0.0-test' })
  const { token } = await mint(['read:invoices'])
  for (const entered of [token, product.credentials.pat(['*'])]) {
    const { answers, errors } = await run(bundle, { token: entered }, [INITIALIZE])
    t.ok(answers[0].result, errors)
  }
})

t.test('each server has its own, and nothing else is there', async t => {
  const { origin } = await build(t, config => ({
    ...config,
    servers: ['/mcp', '/mcp/admin'].flatMap(path =>
      config.servers.slice(0, 1).map(server => ({ ...server, path })),
    ),
  }))
  const status = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${origin}${path}`, init)).status
  t.equal(await status('/connect/tally.mcpb', { method: 'HEAD' }), 200)
  t.equal(await status('/connect/tally-admin.mcpb'), 200)
  for (const path of [
    '/connect',
    '/connect/',
    '/connect/other.mcpb',
    '/connect/tally',
    '/connect/tally.mcpb/',
    '/connect/..%2ftally.mcpb',
    '/connect/tally.mcpb%22%0d%0aX-A:b',
    '/connect/__proto__',
  ]) {
    t.equal(await status(path), 404, path)
  }
  t.equal(await status('/connect/tally.mcpb', { method: 'POST', body: 'x' }), 404)
})

t.test('to other hosts, with OAuth alone or without a connect page there is none', async t => {
  const { app } = await build(t, config => ({ ...config, allowedHosts: ['gate'] }))
  const ask = async (headers: Record<string, string> = {}) =>
    (await app.fastify.inject({ url: '/connect/tally.mcpb', headers: { host: 'gate', ...headers } }))
      .statusCode
  t.equal(await ask({ host: 'evil.example' }), 403)
  t.equal(await ask(), 200)
  await app.reload({ ...app.config, connectPage: false })
  t.equal(await ask(), 404)
  await app.reload({ ...app.config, connectPage: true, publicUrl: 'http://mcp.acme.com' })
  t.equal(await ask({ host: 'mcp.acme.com' }), 404, 'a token would travel unencrypted')
  await app.reload({ ...app.config, publicUrl: 'https://mcp.acme.com' })
  t.equal(await ask({ host: 'mcp.acme.com' }), 200)
})

t.test('no address of a configuration is where the bundles are', async t => {
  const problems = (servers: string) => {
    const directory = t.testdir({
      'postern.yaml': `name: acme\napis: [{ name: a, openapi: ./a.yaml, upstream: https://api.acme.com }]\nauth: [{ type: token }]\n${servers}\n`,
    })
    loadConfig(`${directory}/postern.yaml`, { env: {} })
  }
  for (const keys of [
    'servers: [{ path: /connect }]',
    'servers: [{ path: /connect/acme.mcpb }]',
    'passthrough: { path: /connect, api: a }',
  ]) {
    t.throws(() => problems(keys), { code: 'configuration_invalid' }, keys)
  }
  t.doesNotThrow(() => problems('servers: [{ path: /connections }]'))
  t.doesNotThrow(() => problems('passthrough: { path: /api/connect, api: a }'))
})
