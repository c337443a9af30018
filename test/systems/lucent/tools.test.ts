/** Lucent's tools: what they find, that none of them writes, and whose data they see. */
import t from 'tap'
import { call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLucent } from './backend.ts'
import { openDashboard } from './dashboard.ts'
import { ISSUES } from './data.ts'

const TOOLS = ['get_issue', 'list_insights', 'list_issues', 'list_signals']
const WRITES = ['create_issue', 'update_issue', 'delete_issue', 'create_signal']
const product = createLucent()
const system = await startSystem(t, 'lucent', product, {
  env: { LUCENT_SIGNING_KEY: product.signingKey, LUCENT_OIDC_SECRET: 'nobody signs in here' },
})
const url = `${system.origin}/api/mcp`
const dashboard = await openDashboard(system)
const mint = async (organization: string | undefined, more: object = {}) =>
  (await dashboard.mint(organization, more)).token
const north = await mint('org_north')
const rival = await mint('org_rival')
const nowhere = await mint(undefined)

promise(t, '000', 'the most critical unresolved issues come first out of list_issues', async t => {
  const { data } = await answer(north, 'list_issues', { status: 'open' })
  t.same(
    data.map(({ id }: { id: string }) => id),
    [ISSUES.checkout, ISSUES.search, ISSUES.avatar],
  )
})

promise(t, '000', 'one issue is shown by its id with get_issue', async t => {
  t.match(await answer(north, 'get_issue', { id: ISSUES.checkout }), {
    id: ISSUES.checkout,
    title: 'Checkout hangs',
    cause: /Checkout/,
    sessions: ['ses_2026-01-10'],
  })
})

promise(t, '000', 'list_signals tells what is watched for and which signals match most', async t => {
  const { data } = await answer(north, 'list_signals')
  t.match(data, [
    { id: 'sig_checkout', matches: 118 },
    { id: 'sig_search', matches: 31 },
  ])
  t.equal(data.length, 2)
})

promise(t, '000', 'the last week of insights comes out of list_insights', async t => {
  const { data } = await answer(north, 'list_insights', { since: '2026-01-08' })
  t.match(data, [{ id: 'ins_2' }])
  t.equal(data.length, 1)
  t.equal((await answer(north, 'list_insights')).data.length, 2)
})

promise(t, '000', 'there is no tool that writes, though the API of the product can', async t => {
  const everything = await mint('org_north', { scopes: ['write:*', 'manage:*', '*'] })
  for (const token of [north, everything]) t.same(await visible(url, token), TOOLS)
  const { body } = await rpc(url, everything, 'tools/list')
  for (const { name, annotations } of body.result.tools)
    t.match(annotations, { readOnlyHint: true, destructiveHint: false, openWorldHint: false }, name)
})

promise(t, '000', 'an agent can’t create, change or delete anything, by whatever name it tries', async t => {
  const everything = await mint('org_north', { scopes: ['*'] })
  const state = () => JSON.stringify([...product.data.issues, product.data.signals, product.data.insights])
  const [before, arrived] = [state(), product.received.length]
  const names = [
    ...WRITES,
    'createIssue',
    'deleteIssue',
    'lucent_delete_issue',
    'DELETE /issues/{id}',
    '__proto__',
  ]
  for (const name of names) {
    const { body } = await call(url, everything, name, {
      id: ISSUES.login,
      title: 'x',
      name: 'x',
      status: 'open',
    })
    t.ok(body.error, name)
  }
  for (const extra of [{ method: 'DELETE' }, { _method: 'DELETE' }, { 'x-http-method-override': 'DELETE' }])
    await call(url, everything, 'get_issue', { id: ISSUES.login, ...extra })
  t.same(
    product.received.slice(arrived).filter(({ method }) => method !== 'GET'),
    [],
  )
  t.equal(state(), before)
})

promise(t, '000', 'every query carries the organisation of the token, and only that', async t => {
  const before = product.received.length
  for (const token of [north, rival]) {
    for (const tool of TOOLS)
      await call(url, token, tool, tool === 'get_issue' ? { id: ISSUES.checkout } : {})
  }
  const asked = product.received.slice(before)
  t.equal(asked.length, 8)
  for (const [index, { query, headers }] of asked.entries()) {
    t.same(query.getAll('org_id'), [index < 4 ? 'org_north' : 'org_rival'])
    t.match(claimsOf(headers.authorization), {
      org: index < 4 ? 'org_north' : 'org_rival',
      iss: 'https://app.lucenthq.com',
    })
  }
  const { data } = await answer(rival, 'list_issues')
  t.same(
    data.map(({ id }: { id: string }) => id),
    [ISSUES.rival],
  )
})

promise(t, '000', 'no client can say another organisation', async t => {
  const { body: list } = await rpc(url, rival, 'tools/list')
  for (const { name, inputSchema } of list.result.tools)
    t.notMatch(JSON.stringify(inputSchema), 'org_id', name)
  const before = product.received.length
  for (const org of ['org_north', ['org_north'], ['org_rival', 'org_north'], { $ne: null }, '', '*']) {
    for (const name of ['org_id', 'org_id[]', 'ORG_ID', 'organization', 'org']) {
      const { body } = await call(url, rival, 'list_issues', { [name]: org })
      t.notMatch(JSON.stringify(body), 'Checkout hangs', `${name} ${JSON.stringify(org)}`)
    }
  }
  for (const value of ['open&org_id=org_north', 'open#', 'open?org_id=org_north'])
    t.notMatch(JSON.stringify((await call(url, rival, 'list_issues', { status: value })).body), 'Checkout')
  const claims = { 'x-org-id': 'org_north', 'x-organization': 'org_north', 'x-forwarded-user': 'mia' }
  const params = { name: 'list_issues', arguments: {} }
  for (const address of [url, `${url}?org_id=org_north`]) {
    const { body } = await rpc(address, rival, 'tools/call', params, claims)
    t.notMatch(JSON.stringify(body), 'Checkout hangs')
  }
  for (const { query, headers } of product.received.slice(before)) {
    t.same(query.getAll('org_id'), ['org_rival'])
    t.notOk(Object.keys(claims).some(name => name in headers))
  }
})

t.test('an issue of another organisation is not there', async t => {
  for (const id of [ISSUES.checkout, `${ISSUES.checkout}?org_id=org_north`, `../issues/${ISSUES.checkout}`]) {
    const { body } = await call(url, rival, 'get_issue', { id })
    t.ok(body.error ?? body.result.isError, id)
    t.notMatch(JSON.stringify(body), 'Checkout hangs')
  }
})

t.test('a token of no organisation reaches nothing', async t => {
  const before = product.received.length
  for (const tool of TOOLS) {
    const { body } = await call(url, nowhere, tool, tool === 'get_issue' ? { id: ISSUES.checkout } : {})
    t.ok(body.error ?? body.result.isError, tool)
  }
  t.equal(product.received.length, before)
})

t.test('tokens of clients never reach the product', async t => {
  await call(url, north, 'list_signals')
  t.notMatch(JSON.stringify(product.received), /luc_(mcp|oat|ort|oac)_/)
})

t.test('the product takes no request that the gateway has not signed', async t => {
  for (const authorization of [
    '',
    `Bearer ${north}`,
    'Bearer e30.eyJvcmciOiJvcmdfbm9ydGgifQ.',
    'Bearer a.b.c',
  ]) {
    const { status } = await fetch(`${system.upstream}/issues?org_id=org_north`, {
      headers: { authorization },
    })
    t.equal(status, 401)
  }
})

async function answer(token: string, name: string, args: object = {}) {
  const { status, body } = await call(url, token, name, args)
  if (status !== 200 || body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}

function claimsOf(authorization = ''): object {
  return JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
}
