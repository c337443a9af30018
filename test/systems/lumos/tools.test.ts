/** Lumos's tools: what each does, whose data it shows, and on what it depends that somebody has it. */
import t from 'tap'
import { call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { connectAs } from './client.ts'
import { startLumos } from './start.ts'

const { product, system } = await startLumos(t)
const url = `${system.origin}/mcp/user`
const TOOLS = [
  'list_access_requests',
  'list_requestable_permissions',
  'search_apps',
  'search_requestable_permissions',
  'submit_access_request',
]
const WHY = 'To prepare for the all-hands'
const SUBMIT = { app_id: 'app_figma', justification: WHY }
const tokenOf = async (person: string, scope?: string) =>
  (await connectAs(system, person, scope === undefined ? {} : { changes: { scope } })).accessToken
const ana = await tokenOf('ana')
const ben = await tokenOf('ben')
const vic = await tokenOf('vic')
const rex = await tokenOf('rex')

promise(t, '001', 'once signed in, a client finds the tools of the App Store in its list', async t => {
  t.same(await visible(url, ana), TOOLS)
  const { body } = await rpc(url, ana, 'tools/list')
  for (const { name, description, annotations } of body.result.tools) {
    t.ok(description.length > 20, `${name} says what it is for`)
    t.equal(annotations.readOnlyHint, name !== 'submit_access_request', name)
  }
})

promise(t, '001', 'search_apps searches the app catalog', async t => {
  t.same(ids(await answer(ana, 'search_apps', { query: 'sales reports' })), ['app_salesforce'])
  const all = ids(await answer(ana, 'search_apps'))
  t.same(all, ['app_salesforce', 'app_tableau', 'app_figma'], 'and nothing that can’t be requested')
})

promise(t, '001', 'search_requestable_permissions searches permissions in every app', async t => {
  const found = await answer(ana, 'search_requestable_permissions', { query: 'view sales' })
  t.match(found.data, [
    { id: 'per_reports', app_name: 'Salesforce', label: 'Report viewer' },
    { id: 'per_dashboards', app_name: 'Tableau' },
  ])
  t.equal(found.data.length, 2)
})

promise(t, '001', 'list_requestable_permissions lists what can be asked for in one app', async t => {
  const found = await answer(ana, 'list_requestable_permissions', { app_id: 'app_salesforce' })
  t.same(ids(found), ['per_reports', 'per_deals'])
  t.same(ids(await answer(ana, 'list_requestable_permissions', { app_id: 'app_figma' })), [])
})

promise(t, '001', 'submit_access_request asks for an app, or for permissions in it', async t => {
  const whole = await answer(ben, 'submit_access_request', SUBMIT)
  t.match(whole, { app_id: 'app_figma', permission_ids: [], status: 'pending', requester_id: 'ben' })
  const part = { app_id: 'app_tableau', permission_ids: ['per_dashboards'], justification: WHY }
  t.match(await answer(ben, 'submit_access_request', part), part)
  t.match(product.data.requests.slice(-2), [whole, part], 'the product has them')
})

promise(t, '001', 'list_access_requests lists one’s own recent requests, and nobody else’s', async t => {
  const own = await answer(ben, 'list_access_requests')
  const days = own.data.map(({ submitted_at }: { submitted_at: string }) => submitted_at)
  t.same(days, [...days].sort().reverse(), 'the newest first')
  t.ok(ids(own).includes('req_1'))
  t.notOk(ids(await answer(ana, 'list_access_requests')).includes('req_1'))
  t.same(ids(await answer(rex, 'list_access_requests')), ['req_2'])
  // The product would show an administrator everybody's.
  const ada = await tokenOf('ada')
  t.same(ids(await answer(ada, 'list_access_requests')), [])
  const { body } = await rpc(url, ada, 'tools/list')
  const tool = body.result.tools.find(({ name }: { name: string }) => name === 'list_access_requests')
  t.notOk('requester_id' in tool.inputSchema.properties, 'whose they are can’t be said')
  const { body: forged } = await call(url, ada, 'list_access_requests', { requester_id: 'ben' })
  t.notMatch(JSON.stringify(forged), /req_1/)
})

promise(t, '001', 'a need in plain words leads to apps, permissions, a request, and its state', async t => {
  const { body } = await rpc(url, ana, 'initialize', {
    ...{ protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  })
  for (const name of TOOLS) t.match(body.result.instructions, name, 'the model is told the way')
  const [app] = ids(await answer(ana, 'search_apps', { query: 'sales reports' }))
  const { data } = await answer(ana, 'list_requestable_permissions', { app_id: app })
  const { id } = data.find(({ description }: { description: string }) => /view sales/i.test(description))
  const request = { app_id: app, permission_ids: [id], justification: WHY }
  const made = await answer(ana, 'submit_access_request', request)
  t.match(await answer(ana, 'list_access_requests', { status: 'pending' }), { data: [made] })
  const again = await call(url, ana, 'submit_access_request', request)
  t.match(again.body.result, { isError: true, content: [{ text: /asked for it already/ }] })
})

promise(t, '001', 'which tools somebody sees depends on their role', async t => {
  t.same(
    await visible(url, vic),
    TOOLS.filter(name => name !== 'submit_access_request'),
  )
})

promise(t, '001', 'which tools somebody sees depends on the features of their organization', async t => {
  t.same(
    await visible(url, rex),
    TOOLS.filter(name => name !== 'search_requestable_permissions'),
  )
  const { body } = await call(url, rex, 'search_requestable_permissions', { query: 'sales' })
  t.match(body.error, { data: { code: 'access_denied' }, message: /denied by feature flag/ })
})

promise(t, '001', 'who has no access to the App Store sees none of its tools', async t => {
  const nia = await tokenOf('nia')
  t.same(await visible(url, nia), [])
  const before = product.received.length
  for (const name of TOOLS) t.equal((await call(url, nia, name, SUBMIT)).status, 403, name)
  t.notOk(product.received.slice(before).some(({ path }) => path !== '/v1/me/entitlements'))
})

promise(t, '001', 'a tool that is missing is one to ask the administrator about', async t => {
  const { body } = await call(url, rex, 'search_requestable_permissions', {})
  t.match(body.error.message, /an administrator can say who may use it/)
  const { stdout } = await system.cli('connect', '--client', 'claude-code', '--json')
  const { failures } = JSON.parse(stdout)
  const told = failures.find(({ seen }: { seen: string }) => /A tool is missing/.test(seen))
  t.match(told.mend, /your role in the product decides, or a feature .* ask whoever administers it/)
})

promise(
  t,
  '001',
  'a write is denied by role although its scope was approved, and the answer says so',
  async t => {
    const { status, body } = await call(url, vic, 'submit_access_request', SUBMIT)
    t.equal(status, 403)
    t.match(body.error, { data: { code: 'access_denied', missingScopes: [] } })
    t.match(body.error.message, /denied by role: the scopes of this credential allow it/)
    const line = await system.audited(
      one => one.tool === 'submit_access_request' && one.outcome === 'denied' && one.subject === 'vic',
    )
    t.match(line, { organization: 'org_acme', scheme: 'oauth' })
  },
)

promise(t, '001', 'somebody may see what is in the App Store and still not submit requests', async t => {
  const before = product.data.requests.length
  t.equal((await answer(vic, 'search_apps', { query: 'sales' })).data.length, 1)
  await call(url, vic, 'submit_access_request', SUBMIT)
  t.equal(product.data.requests.length, before)
})

t.test('who was not given a scope is told which one, by the name that clients can ask for', async t => {
  const reader = await tokenOf('ben', 'lumos:user:read')
  const { status, headers, body } = await call(url, reader, 'submit_access_request', SUBMIT)
  t.equal(status, 403)
  t.match(headers.get('www-authenticate') ?? '', /error="insufficient_scope".* scope="[^"]*lumos:user:write/)
  t.match(body.error.message, /lacks the scope lumos:user:write/)
  const writer = await tokenOf('ben', 'lumos:user:write')
  t.same(await visible(url, writer), ['submit_access_request'], 'what is written is not read')
})

t.test('what another organization has is not there', async t => {
  for (const [name, args] of [
    ['list_requestable_permissions', { app_id: 'app_vault' }],
    ['submit_access_request', { app_id: 'app_vault', justification: WHY }],
    ['submit_access_request', { app_id: 'app_tableau', permission_ids: ['per_secrets'], justification: WHY }],
  ] as const) {
    const { body } = await call(url, ana, name, args)
    t.match(body.result, { isError: true, content: [{ text: /no such/ }] }, name)
  }
  t.notMatch(JSON.stringify(await answer(ana, 'search_apps', { query: '' })), /rival/i)
  t.notMatch(JSON.stringify(await answer(ana, 'search_requestable_permissions')), /rival|salaries/i)
})

t.test('nobody becomes somebody else by headers or arguments', async t => {
  const claims = {
    ...{ 'x-user': 'ada', 'x-roles': 'requester,admin', 'x-forwarded-user': 'ada' },
    ...{ 'x-scopes': '*', 'x-features': 'permission_search' },
  }
  const denied = await rpc(
    url,
    vic,
    'tools/call',
    { name: 'submit_access_request', arguments: SUBMIT },
    claims,
  )
  t.equal(denied.status, 403)
  const { body } = await call(url, ben, 'submit_access_request', {
    ...{ app_id: 'app_tableau', justification: WHY },
    requester_id: 'ada',
  })
  t.notOk(body.result?.structuredContent?.requester_id === 'ada')
  const seen = product.received.at(-1)?.headers ?? {}
  t.notOk(Object.keys(claims).some(name => name in seen))
  const tokens = product.received.filter(({ headers }) => JSON.stringify(headers).includes('lumos_oat_'))
  t.same(tokens, [], 'no token of a client ever reaches the product')
})

t.test(
  'while the product can’t say who may what, no tool is open, and the next answer opens them',
  async t => {
    product.outage = 503
    t.teardown(() => {
      product.outage = undefined
    })
    const late = await tokenOf('ana')
    t.same(await visible(url, late), [])
    const { body } = await call(url, late, 'search_apps')
    t.match(body.error.message, /can’t be learnt right now/)
  },
)

/** What a tool answers. @throws Error where it doesn't */
async function answer(token: string, name: string, args: object = {}) {
  const { status, body } = await call(url, token, name, args)
  if (status !== 200 || body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}

function ids({ data }: { readonly data: readonly { readonly id: string }[] }): string[] {
  return data.map(({ id }) => id)
}
