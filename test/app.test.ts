/** The gateway as a whole: what it says at its edges, what a reload may change, how it closes. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createApp } from '../src/app.ts'
import type { Config } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load.ts'
import { createLog } from '../src/log.ts'
import { createMemoryStore } from '../src/store/memory/store.ts'
import { build, modernRpc, rpc } from './build.ts'

const CONFIG = fileURLToPath(new URL('../config/invoicing.yaml', import.meta.url))

/** The example's configuration without files and without a product that answers. */
function configOf(changes: Partial<Config> = {}): Config {
  const env = { INVOICING_URL: 'http://127.0.0.1:9', INVOICING_SERVICE_TOKEN: 'x'.repeat(32) }
  return {
    ...loadConfig(CONFIG, { env }),
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'memory' },
    audit: { to: 'off' },
    ...changes,
  }
}

async function start(t: Test, config: Config) {
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(line) })
  const app = await createApp(config, { log })
  t.teardown(() => app.close())
  return { app, log, logged: () => lines.map(line => JSON.parse(line)) }
}

t.test('where nothing is: 404 in our words, with and without a slash too many', async t => {
  const { origin } = await build(t)
  for (const path of [
    '/nowhere',
    '/mcp/',
    '/MCP',
    '/apis',
    '/authorize',
    '/token',
    '/register',
    '/oauth/token',
  ]) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await fetch(origin + path, { method })
      t.equal(answer.status, 404, `${method} ${path}`)
      t.match(await answer.json(), { error: { code: 'not_found', message: String } })
    }
  }
  const head = await fetch(`${origin}/nowhere`, { method: 'HEAD' })
  t.equal(head.status, 404)
})

t.test('where nobody gives tokens, clients that look for who does are told so, in JSON', async t => {
  const { origin } = await build(t)
  for (const name of ['oauth-protected-resource', 'oauth-authorization-server', 'openid-configuration']) {
    for (const path of [`/.well-known/${name}`, `/.well-known/${name}/mcp`]) {
      const answer = await fetch(origin + path)
      t.equal(answer.status, 404, path)
      t.match(await answer.json(), { error: String, error_description: /There is no/ })
    }
  }
})

t.test('the endpoint takes POST alone; probes answer HEAD', async t => {
  const { url, origin } = await build(t)
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const answer = await fetch(url, { method })
    t.equal(answer.status, 405, method)
    t.equal(answer.headers.get('allow'), 'POST', method)
  }
  for (const path of ['/healthz', '/readyz']) {
    t.equal((await fetch(origin + path)).status, 200)
    t.equal((await fetch(origin + path, { method: 'HEAD' })).status, 200)
  }
})

t.test('a body over the limit is 413, at the endpoint and in the pass-through', async t => {
  const { url, origin, mint } = await build(t, config => ({ ...config, requestLimit: 2_000 }))
  const { token } = await mint(['*'])
  const tool = await rpc(url, token, 'tools/call', { name: 'x', arguments: { a: 'x'.repeat(3_000) } })
  t.equal(tool.status, 413)
  t.equal(tool.body.error.data.code, 'payload_too_large')
  const plain = await fetch(`${origin}/api/v1/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x'.repeat(3_000) }),
  })
  t.equal(plain.status, 413)
  t.match(await plain.json(), { error: { code: 'payload_too_large' } })
})

t.test('what is not HTTP gets a clean 400', async t => {
  const { origin } = await build(t)
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('rubbish\r\n\r\n')
  t.match(await text(socket), /^HTTP\/1\.1 400 [\s\S]*"code":"malformed_http"/)
})

t.test('without publicUrl it is served by the address it listens on', async t => {
  const { config, url, mint } = await build(t)
  t.equal(config.publicUrl, undefined)
  const { token } = await mint(['read:*'])
  t.equal((await rpc(url, token, 'tools/list')).status, 200)
  t.equal((await rpc(url.replace('127.0.0.1', 'localhost'), token, 'tools/list')).status, 200)
  const challenge = (await rpc(url, undefined, 'tools/list')).headers.get('www-authenticate')
  t.match(challenge, /^Bearer realm=/)
})

t.test('requests that are turned away are on record with the endpoint and the reason', async t => {
  const { url, audit, product } = await build(t)
  await rpc(url, 'postern_pat_nonsense', 'tools/list')
  await rpc(url, { origin: 'https://evil.example' }, 'tools/list')
  t.match(audit(), [
    { event: 'refused', outcome: 'denied', code: 'invalid_token', path: '/mcp', remoteAddress: '127.0.0.1' },
    { event: 'refused', outcome: 'denied', code: 'origin_not_allowed', path: '/mcp' },
  ])
  const pat = product.credentials.pat(['read:*'])
  await product.close()
  await rpc(url, pat, 'tools/list')
  t.match(audit().at(-1), { event: 'refused', outcome: 'error', code: 'upstream_unavailable' })
})

t.test('an audit that can’t be opened: nothing starts, and the store is let go', async t => {
  const store = createMemoryStore()
  let closed = 0
  const spied = {
    ...store,
    close: async () => {
      closed += 1
    },
  }
  const config = configOf({ audit: { to: 'file', path: t.testdir() } })
  await t.rejects(createApp(config, { store: spied, log: createLog('silent') }), {
    code: 'configuration_invalid',
    message: /audit file/,
  })
  t.equal(closed, 1)
})

t.test('risky but allowed configuration is logged as warnings, at the start and at a reload', async t => {
  const { app, logged } = await start(t, configOf())
  const warnings = () => logged().filter(line => line.level === 40)
  t.match(warnings(), [{ path: 'audit' }, { path: 'store' }])
  const count = warnings().length
  await app.reload({ ...app.config })
  t.equal(warnings().length, 2 * count)
})

t.test('a reload changes the level of the log, and names what it can’t change', async t => {
  const config = configOf()
  const { app, log } = await start(t, config)
  await app.reload({ ...config, log: { level: 'error' } })
  t.equal(log.level, 'error')
  const other = { ...config, name: 'other', title: 'Other', listen: { host: '127.0.0.1', port: 1 } }
  await t.rejects(app.reload(other), {
    code: 'configuration_invalid',
    message: /can’t change name, title, listen\. Restart/,
  })
  t.equal(app.config.name, config.name)
  const servers = config.servers.map(server => ({ ...server, title: 'New' }))
  await t.rejects(app.reload({ ...config, servers }), /servers\[\]\.title/)
})

t.test('of reloads that overlap the last one stays', async t => {
  const config = configOf()
  const { app } = await start(t, config)
  const levels = ['warn', 'error', 'debug'] as const
  await Promise.all(levels.map(level => app.reload({ ...config, log: { level } })))
  t.equal(app.config.log.level, 'debug')
  const bad = { ...config, name: 'other' }
  const [refused, taken] = await Promise.allSettled([
    app.reload(bad),
    app.reload({ ...config, log: { level: 'info' } }),
  ])
  t.same([refused.status, taken.status], ['rejected', 'fulfilled'], 'one that fails stops none after it')
})

t.test('a list that was public is private once callers differ', async t => {
  const anonymous = { type: 'anonymous' as const, scopes: ['read:*'] }
  const { app, url, config } = await build(t, loaded => ({
    ...loaded,
    auth: [anonymous],
    apis: loaded.apis.map(api => ({ ...api, credentials: [{ type: 'none' as const }] })),
  }))
  const scopeOf = async () => (await modernRpc(url, undefined, 'tools/list')).body.result.cacheScope
  t.equal(await scopeOf(), 'public')
  await app.reload({ ...config, auth: [{ type: 'token', prefix: 'p_', header: 'Authorization' }, anonymous] })
  t.equal(await scopeOf(), 'private')
})

t.test('closing is repeatable, ends reloads, and closes the store once', async t => {
  const store = createMemoryStore()
  let closed = 0
  const app = await createApp(configOf(), {
    store: {
      ...store,
      close: async () => {
        closed += 1
      },
    },
    log: createLog('silent'),
  })
  const origin = await app.listen()
  t.equal((await fetch(`${origin}/readyz`)).status, 200)
  await Promise.all([app.close(), app.close()])
  await app.close()
  t.equal(closed, 1)
  await t.rejects(fetch(`${origin}/readyz`))
  await t.rejects(app.reload(configOf()), { code: 'shutting_down' })
})

t.test('a room that can’t be closed does not keep the others open', async t => {
  const path = join(t.testdir(), 'audit.log')
  const app = await createApp(configOf({ audit: { to: 'file', path } }), {
    store: {
      ...createMemoryStore(),
      close: async () => {
        throw new Error('stuck')
      },
    },
    log: createLog('silent'),
  })
  app.audit.write({ event: 'refused', requestId: 'r', outcome: 'denied' })
  await t.resolves(app.close())
  t.match(readFileSync(path, 'utf8'), '"refused"')
})
