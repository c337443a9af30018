/** The connect page as the gateway serves it: to everybody, whatever they accept, and with nothing that is not theirs. */
import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Config } from '../src/config/config.ts'
import { askRaw, type RawAnswer } from './ask-raw.ts'
import { build } from './build.ts'

/** Asks a gateway with a changed configuration. */
async function gateway(t: Test, change: (config: Config) => Config = config => config) {
  const { app, origin } = await build(t, change)
  const ask = (method = 'GET', path = '/', headers: Record<string, string> = {}) =>
    askRaw(origin, method, path, headers)
  return { app, origin, ask }
}

const code = ({ body }: RawAnswer) => JSON.parse(body).error.code

t.test('GET and HEAD, with a policy that lets run only what is in it', async t => {
  const { ask, origin } = await gateway(t)
  for (const accept of ['text/html', 'application/json', '*/*', '']) {
    const { status, headers, body } = await ask('GET', '/', { accept })
    t.equal(status, 200, accept)
    t.match(headers, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
    t.notOk(headers['set-cookie'])
    t.match(body, `${origin}/mcp`)
  }
  const page = await ask()
  const sources = (tag: string) =>
    [...page.body.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ')
  t.equal(
    page.headers['content-security-policy'],
    `default-src 'none'; style-src ${sources('style')}; script-src ${sources('script')}; ` +
      "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
  t.equal(page.body.match(/<script/g)?.length, 1)
  t.notMatch(page.body, /\s(?:src|style|on\w+)=/, 'nothing is loaded, nothing is run beside the script')

  const head = await ask('HEAD')
  t.equal(head.status, 200)
  t.equal(head.body, '')
  t.equal(head.headers['content-length'], page.headers['content-length'])
  t.same(head.headers['content-security-policy'], page.headers['content-security-policy'])
  for (const method of ['POST', 'PUT', 'OPTIONS'] as const) {
    const answer = await ask(method)
    t.match([answer.status, code(answer)], [404, 'not_found'], method)
  }
})

t.test('the address is the configured one, whatever the request says', async t => {
  const { ask } = await gateway(t, config => ({ ...config, publicUrl: 'https://mcp.acme.com/base' }))
  const refused = await ask('GET', '/', { host: 'evil.example' })
  t.match([refused.status, code(refused)], [403, 'host_not_allowed'])
  t.notMatch(refused.body, 'acme.com')
  const { status, body } = await ask('GET', '/?u=evil.example', {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'gopher',
    forwarded: 'host=evil.example',
  })
  t.equal(status, 200)
  t.match(body, 'https://mcp.acme.com/base/mcp')
  t.notMatch(body, 'evil.example')
  t.notMatch(body, '127.0.0.1')
})

t.test('no name of a tool, unless strangers may read of tools', async t => {
  const { app, ask } = await gateway(t)
  const names = app.catalogue.tools.flatMap(({ name, title = name }) => [name, title])
  t.ok(names.length > 10)
  const shown = (body: string) => names.filter(name => body.includes(name))
  t.same(shown((await ask()).body), [])
  t.match((await ask()).body, /Look things up: \d+ tools/)
  await app.reload({
    ...app.config,
    publication: { ...(app.config.publication as Exclude<Config['publication'], false>), tools: true },
  })
  const { body } = await ask()
  for (const { name, when } of app.catalogue.tools)
    t.equal(body.includes(`>${name}<`), when === undefined, name)
  t.ok(
    app.catalogue.tools.some(({ when }) => when !== undefined),
    'one has a condition',
  )
})

t.test('nothing of what the gateway keeps to itself', async t => {
  const { ask, app } = await gateway(t)
  const { body } = await ask()
  for (const { upstream } of app.config.apis) t.notMatch(body, upstream)
  t.notMatch(body, app.config.directory)
  for (const { credentials } of app.config.apis)
    for (const credential of credentials)
      if (credential.type === 'static') t.notMatch(body, String(credential.value))
})

t.test('it can be switched off, and on again, without a restart', async t => {
  const { app, ask } = await gateway(t, config => ({ ...config, connectPage: false }))
  const off = await ask()
  const nowhere = await ask('GET', '/nowhere')
  t.match([off.status, off.body], [404, nowhere.body], 'as if there had never been one')
  t.match(await ask('GET', '/mcp', { accept: 'text/html' }), { status: 405 })
  t.notMatch((await ask('GET', '/mcp', { accept: 'text/html' })).body, 'shows people')
  await app.reload({ ...app.config, connectPage: true })
  t.equal((await ask()).status, 200)
  await app.reload({ ...app.config, connectPage: undefined, publication: false })
  t.equal((await ask()).status, 404, 'who tells strangers nothing does not begin with a page')
  await app.reload({ ...app.config, connectPage: true })
  const { status, body } = await ask()
  t.equal(status, 200)
  t.match(body, /Look things up: \d+ tools/)
})

t.test('a server at / keeps its address', async t => {
  const { ask } = await gateway(t, config => ({
    ...config,
    servers: config.servers.map(server => ({ ...server, path: '/' })),
  }))
  const answer = await ask('GET', '/', { accept: 'text/html' })
  t.equal(answer.status, 405)
  t.notMatch(answer.body, 'shows people')
})

t.test('servers that strangers are not told of are not on it', async t => {
  const servers = (config: Config, paths: readonly string[]) =>
    paths.flatMap(path => config.servers.slice(0, 1).map(server => ({ ...server, path })))
  const { app, ask } = await gateway(t, config => ({
    ...config,
    servers: servers(config, ['/mcp', '/mcp/staff']),
  }))
  t.match((await ask()).body, '/mcp/staff')
  await app.reload({
    ...app.config,
    publication: { ...(app.config.publication as Exclude<Config['publication'], false>), servers: ['/mcp'] },
  })
  t.notMatch((await ask()).body, 'staff')
})

t.test('whoever opens the endpoint in a browser is told of the page', async t => {
  const { ask } = await gateway(t, config => ({ ...config, publicUrl: 'https://mcp.acme.com' }))
  const browser = await ask('GET', '/mcp', { accept: 'text/html,application/xhtml+xml' })
  t.equal(browser.status, 405)
  t.equal(browser.headers.allow, 'POST')
  t.match(JSON.parse(browser.body).error.message, 'https://mcp.acme.com/ shows people how to connect')
  const client = await ask('GET', '/mcp', { accept: 'text/event-stream' })
  t.equal(client.status, 405)
  t.notMatch(client.body, 'shows people')
})
