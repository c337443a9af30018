/** Lumos's second server, for administrators: its own tools, scopes and tokens, and their role. */
import t from 'tap'
import { ask, call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { ADMIN, type Changes, connectAs, openAs, refresh } from './client.ts'
import { startLumos } from './start.ts'

const { product, system } = await startLumos(t)
const [user, admin] = [`${system.origin}/mcp/user`, `${system.origin}/mcp/admin`]
const APPS = ['list_catalog_apps', 'update_catalog_app']
const REQUESTS = ['decide_access_request', 'list_pending_requests']
const ARGUMENTS: Readonly<Record<string, object>> = {
  update_catalog_app: { app_id: 'app_figma', requestable: false },
  decide_access_request: { request_id: 'req_1', decision: 'approved' },
}
const connectTo = async (person: string, changes: Changes = {}) =>
  connectAs(system, person, { changes: { resource: ADMIN, scope: undefined, ...changes } })
const ada = await connectTo('ada')

promise(t, '001', 'a separate server has the tools that configure and manage', async t => {
  t.same(await visible(admin, ada.accessToken), [...APPS, ...REQUESTS].sort())
  const { body } = await rpc(admin, ada.accessToken, 'initialize', {
    ...{ protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  })
  t.match(body.result, { serverInfo: { title: 'Lumos Admin' }, instructions: /toolset/ })
  const hidden = await answer('update_catalog_app', { app_id: 'app_tableau', requestable: false })
  t.match(hidden, { id: 'app_tableau', requestable: false })
  const [pending] = (await answer('list_pending_requests')).data
  const decided = await answer('decide_access_request', { request_id: pending.id, decision: 'approved' })
  t.match(decided, { requester_id: 'ben', status: 'approved' })
  const { accessToken } = await connectAs(system, 'ben')
  const own = await call(user, accessToken, 'list_access_requests')
  t.match(own.body.result.structuredContent.data, [{ id: pending.id, status: 'approved' }])
  const left = await call(user, accessToken, 'search_apps')
  t.notMatch(JSON.stringify(left.body), 'app_tableau')
})

promise(t, '001', 'each toolset of the administrators has scopes of its own', async t => {
  const { body } = await ask(`${system.origin}/.well-known/oauth-protected-resource/mcp/admin`)
  t.match(body, { resource: ADMIN, scopes_supported: ['lumos:admin:apps', 'lumos:admin:requests'] })
  const apps = await connectTo('ada', { scope: 'lumos:admin:apps' })
  t.same(await visible(admin, apps.accessToken), APPS)
  const requests = await connectTo('ada', { scope: 'lumos:admin:requests' })
  t.same(await visible(admin, requests.accessToken), REQUESTS)
  const { status, body: refused } = await call(admin, apps.accessToken, 'list_pending_requests')
  t.equal(status, 403)
  t.match(refused.error.message, /lacks the scope lumos:admin:requests/)
})

promise(t, '001', 'administrators’ tools need the role too, whatever was approved', async t => {
  const ana = await connectTo('ana')
  t.equal(ana.scope, 'lumos:admin:apps lumos:admin:requests')
  t.same(await visible(admin, ana.accessToken), [])
  const before = product.received.length
  for (const name of [...APPS, ...REQUESTS]) {
    const { status, body } = await call(admin, ana.accessToken, name, ARGUMENTS[name])
    t.equal(status, 403, name)
    t.match(body.error.message, /denied by role: the scopes of this credential allow it/, name)
  }
  t.notOk(product.received.slice(before).some(({ path }) => path.startsWith('/v1/admin')))
})

t.test('a token for one server is no token at the other', async t => {
  const ana = await connectAs(system, 'ada')
  t.equal((await rpc(user, ana.accessToken, 'tools/list')).status, 200)
  for (const [url, token] of [
    [admin, ana.accessToken],
    [user, ada.accessToken],
  ] as const) {
    const { status, body, headers } = await rpc(url, token, 'tools/list')
    t.equal(status, 401)
    t.equal(body.error.data.code, 'invalid_token')
    t.match(headers.get('www-authenticate') ?? '', new URL(url).pathname)
  }
  const { body } = await refresh(system, ana)
  t.equal((await rpc(admin, body.access_token, 'tools/list')).status, 401, 'nor does it become one')
  for (const name of [...APPS, ...REQUESTS]) {
    const called = await call(user, body.access_token, name, ARGUMENTS[name])
    t.ok(called.body.error, `${name} is no tool of the other server`)
  }
})

t.test('scopes of one server can’t be had for the other', async t => {
  const { page } = await openAs(system, 'ada', { changes: { scope: 'lumos:admin:apps' } })
  t.match(page.location ?? '', /error=invalid_scope/)
  const { scope } = await connectAs(system, 'ada', {
    changes: { scope: 'lumos:user:read lumos:admin:requests' },
  })
  t.equal(scope, 'lumos:user:read')
})

t.test('administrators of one organization have nothing of another', async t => {
  const { accessToken } = await connectTo('rex')
  const { body } = await call(admin, accessToken, 'list_catalog_apps')
  t.match(body.result.structuredContent.data, [{ id: 'app_vault' }])
  t.equal(body.result.structuredContent.data.length, 1)
  for (const [name, args] of [
    ['update_catalog_app', { app_id: 'app_figma', requestable: false }],
    ['decide_access_request', { request_id: 'req_1', decision: 'denied' }],
  ] as const) {
    const { body } = await call(admin, accessToken, name, args)
    t.match(body.result, { isError: true, content: [{ text: /no such/ }] }, name)
  }
  t.equal(product.data.apps.get('app_figma')?.requestable, true)
})

async function answer(name: string, args: object = {}) {
  const { status, body } = await call(admin, ada.accessToken, name, args)
  if (status !== 200 || body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}
