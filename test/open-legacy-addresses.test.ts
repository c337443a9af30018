/** Clients of HTTP+SSE are told what to do, where they look, and nowhere else. */
import t, { type Test } from 'tap'
import type { Config } from '../src/config/config.ts'
import { askRaw } from './ask-raw.ts'
import { build } from './build.ts'

async function gateway(t: Test, change: (config: Config) => Config = config => config) {
  const { origin } = await build(t, change)
  return async (path: string, method = 'GET', host = new URL(origin).host) => {
    const isPost = method === 'POST'
    const headers = { host, ...(isPost && { 'content-type': 'application/json' }) }
    const payload = isPost ? '{"jsonrpc":"2.0","id":1,"method":"initialize"}' : ''
    const { status, body } = await askRaw(origin, method, path, headers, payload)
    const { error } = JSON.parse(body)
    return { status, code: error.code, message: String(error.message) }
  }
}

const servers = (config: Config, ...paths: readonly string[]) =>
  paths.flatMap(path => config.servers.slice(0, 1).map(server => ({ ...server, path })))

t.test('beside and below a server, by GET and by POST', async t => {
  const ask = await gateway(t, config => ({ ...config, publicUrl: 'https://mcp.acme.com' }))
  for (const path of [
    '/sse',
    '/message',
    '/messages',
    '/mcp/sse',
    '/mcp/message',
    '/mcp/messages?sessionId=1',
  ]) {
    for (const method of ['GET', 'POST'] as const) {
      const { status, code, message } = await ask(path, method, 'mcp.acme.com')
      t.match([status, code], [410, 'legacy_transport'], `${method} ${path}`)
      t.match(message, 'Use Streamable HTTP at https://mcp.acme.com/mcp:')
      t.match(message, 'npx -y mcp-remote https://mcp.acme.com/mcp`')
      t.match(message, 'npx -y postern bridge https://mcp.acme.com/mcp`')
    }
  }
  t.match(await ask('/sse', 'DELETE', 'mcp.acme.com'), { status: 404 })
  t.match(await ask('/other/sse', 'GET', 'mcp.acme.com'), { status: 404, code: 'not_found' })
  t.match(await ask('/ssex', 'GET', 'mcp.acme.com'), { status: 404 })
  const refused = await ask('/sse', 'GET', 'evil.example')
  t.match(refused, { status: 403, code: 'host_not_allowed' })
  t.notMatch(refused.message, 'acme.com')
})

t.test('what is served at such an address stays served', async t => {
  const ask = await gateway(t, config => ({
    ...config,
    servers: servers(config, '/api/mcp', '/api/sse', '/mcp'),
    passthrough: { path: '/mcp/messages', api: config.apis[0]?.name ?? '' },
  }))
  t.match(await ask('/api/sse'), { status: 405 }, 'an MCP server')
  t.match(await ask('/mcp/messages', 'POST'), { status: 401, code: 'missing_token' }, 'the pass-through')
  t.match(await ask('/api/message'), { status: 410 })
  t.match(await ask('/api/sse/sse'), { status: 410, message: /\/api\/sse:/ })
})

t.test('no server is told of that strangers are not told of', async t => {
  const ask = await gateway(t, config => ({
    ...config,
    servers: servers(config, '/mcp/user', '/mcp/staff'),
    publication: { ...(config.publication as Exclude<Config['publication'], false>), servers: ['/mcp/user'] },
  }))
  const { status, message } = await ask('/mcp/sse')
  t.equal(status, 410)
  t.match(message, '/mcp/user')
  t.notMatch(message, 'staff')
  t.match(await ask('/mcp/staff/sse'), { status: 404 })
})
