/** Lucanto's endpoint: where it is, what it speaks, what it takes for a credential; two instances on one store. */

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t from 'tap'
import { COMPILE_CACHE } from '../../compile-cache.ts'
import { ask, call, connect, presented, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { BIN, startSystem } from '../system.ts'
import { createLucanto } from './backend.ts'

const PATH = '/api/mcp/v1'
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'systems', version: '1' },
}
const LIST = { name: 'lucanto_list_invoices', arguments: { workspace_id: 'wsp_studio' } }
const product = createLucanto()
const system = await startSystem(t, 'lucanto', product, { nodes: 2 })
const url = system.origin + PATH
const [, other = ''] = system.origins.map(origin => origin + PATH)
/** What `postern connect` says for each client. */
const connection = system.cli('connect', '--json')

promise(t, '004', 'the endpoint is POST /api/mcp/v1 on the product’s own host', async t => {
  const token = product.pat(['read:*'])
  const { status, body } = await rpc(url, token, 'initialize', INITIALIZE)
  t.equal(status, 200)
  t.match(body.result, { serverInfo: { name: 'lucanto', title: 'Lucanto' }, instructions: /workspace/ })
  for (const path of ['/mcp', '/api/mcp', '/api/mcp/v2', `${PATH}/`, `${PATH}/x`]) {
    t.equal((await rpc(system.origin + path, token, 'tools/list')).status, 404, path)
  }
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const answer = await ask(url, { method, headers: presented(token) })
    t.equal(answer.status, 405, method)
    t.match(answer.headers.get('allow') ?? '', /POST/)
  }
})

promise(t, '004', 'it speaks Streamable HTTP, as official clients of both eras do', async t => {
  const token = product.pat(['read:workspaces'])
  const eras = [
    { options: {}, version: '2025-11-25' },
    { options: { versionNegotiation: { mode: { pin: '2026-07-28' } } as const }, version: '2026-07-28' },
  ]
  for (const { options, version } of eras) {
    const client = await connect(t, url, token, options)
    t.equal(client.getNegotiatedProtocolVersion(), version)
    t.match(await client.listTools(), { tools: [{ name: 'lucanto_list_workspaces' }] })
    t.match(await client.callTool({ name: 'lucanto_list_workspaces' }), {
      structuredContent: { data: [{ name: 'Studio North' }, { name: 'Boat rental' }] },
    })
  }
})

promise(t, '004', 'it is stateless: no session is opened, and any instance answers any message', async t => {
  const token = product.pat(['read:*'])
  const opened = await rpc(url, token, 'initialize', INITIALIZE)
  t.equal(opened.headers.get('mcp-session-id'), null)
  // Neither a message without initialize, nor one at the other instance, nor a session that somebody made up.
  t.equal((await visible(other, product.pat(['read:*']))).length, 5)
  for (const at of [url, other]) {
    const made = await rpc(at, token, 'tools/call', LIST, { 'mcp-session-id': 'made-up' })
    t.equal(made.status, 200)
    t.equal(made.body.result.isError, false)
    t.equal(made.headers.get('mcp-session-id'), null)
  }
})

promise(t, '004', 'a personal access token as a bearer token signs in, and nothing else does', async t => {
  const token = product.pat(['*'])
  t.equal((await rpc(url, token, 'tools/list')).status, 200)
  const none = await rpc(url, undefined, 'tools/list')
  t.equal(none.status, 401)
  t.match(none.headers.get('www-authenticate') ?? '', /^Bearer /)
  t.equal(none.body.error.data.code, 'missing_token')
  const before = product.received.length
  const foreign = ['lcx_pat_0123456789abcdef', token.replace('lct_pat_', ''), token.toUpperCase(), 'lct_pat_']
  for (const wrong of [...foreign, `${token}x`, `${token} ${token}`]) {
    t.equal((await rpc(url, wrong, 'tools/list')).status, 401, wrong.replace(token, 'token'))
  }
  const asked = product.received.slice(before).map(({ headers }) => headers.authorization)
  t.notOk(asked.includes(`Bearer ${foreign[0]}`), 'what is no token of the product is not shown to it')
  const misplaced = { 'x-api-key': token, token, authorization: `Basic ${btoa(`me:${token}`)}` }
  for (const [name, value] of Object.entries(misplaced)) {
    t.equal((await rpc(url, { [name]: value }, 'tools/list')).status, 401, name)
  }
  t.equal((await rpc(`${url}?access_token=${token}`, undefined, 'tools/list')).status, 401)
})

promise(t, '004', 'Claude Desktop needs one entry under mcpServers, and a restart', async t => {
  const { mcpServers, note } = await snippet('claude-desktop')
  t.same(Object.keys(mcpServers), ['lucanto'])
  t.match(note, /Restart Claude Desktop/)
  const { command, args, env } = mcpServers.lucanto
  t.same([command, ...args.slice(0, 3)], ['npx', '-y', 'postern', 'bridge'])
  t.same(env, { POSTERN_TOKEN: 'YOUR_TOKEN' })
  const client = new Client({ name: 'claude-ai', version: '1' })
  t.teardown(() => client.close())
  const token = product.pat(['read:*'])
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      // What npx would start, and the public name asked at this machine.
      args: [BIN, 'bridge', system.at(args[3])],
      env: { ...COMPILE_CACHE, POSTERN_TOKEN: token },
      stderr: 'ignore',
    }),
  )
  t.match(await client.callTool({ name: 'lucanto_list_workspaces' }), {
    structuredContent: { data: [{ id: 'wsp_studio' }, { id: 'wsp_rental' }] },
  })
})

promise(
  t,
  '004',
  'an entry with url and an Authorization header connects a client that takes one',
  async t => {
    const { mcpServers } = await snippet('cursor')
    const entry = mcpServers.lucanto
    t.equal(entry.url, 'https://app.lucanto.eu/api/mcp/v1')
    t.same(Object.keys(entry.headers), ['Authorization'])
    const token = product.pat(['read:workspaces'])
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that Cursor fills in
    const value = entry.headers.Authorization.replace('${env:POSTERN_TOKEN}', token)
    t.equal(value, `Bearer ${token}`)
    const client = await connect(t, system.at(entry.url), { Authorization: value })
    t.match(await client.listTools(), { tools: [{ name: 'lucanto_list_workspaces' }] })
  },
)

t.test('who is revoked at the gateway is refused by both instances from the next request on', async t => {
  const token = product.pat(['read:*'], 'acc_rival')
  for (const at of [url, other]) t.equal((await rpc(at, token, 'tools/list')).status, 200)
  const { code, stderr } = await system.cli('revocation', 'create', '--subject', 'usr_acc_rival')
  t.equal(code, 0, stderr)
  for (const at of [url, other]) t.equal((await rpc(at, token, 'tools/list')).status, 401)
  t.equal((await call(other, product.pat(['read:*']), LIST.name, LIST.arguments)).status, 200, 'others go on')
})

t.test('no key is in the audit or the log, good or bad', async t => {
  const token = product.pat(['read:*'])
  await call(url, token, LIST.name, LIST.arguments)
  await call(url, token, 'lucanto_delete_invoice', { id: 'inv_logo' })
  await call(url, `${token}0`, LIST.name, LIST.arguments)
  const refused = await system.audited(
    ({ tool, outcome }) => tool === 'lucanto_delete_invoice' && outcome === 'denied',
  )
  t.match(refused, {
    subject: 'usr_acc_north',
    organization: 'acc_north',
    missingScopes: ['manage:invoices'],
  })
  await system.audited(({ event, code }) => event === 'refused' && code === 'invalid_token')
  for (const text of [JSON.stringify(system.audit()), system.logged()]) t.notMatch(text, /lct_pat_\w/)
})

/** What `postern connect` says for one client, the text of its file read. */
async function snippet(client: string) {
  const { snippets } = JSON.parse((await connection).stdout)
  const { text, note } = snippets.find((one: { client: string }) => one.client === client)
  return { ...JSON.parse(text), note }
}
