/** Lucanto's key at the REST API and at its tools: one key, one set of scopes, one owner of the data. */
import t from 'tap'
import { type Answer, ask, call, connect, presented, rpc } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLucanto } from './backend.ts'

const product = createLucanto()
const system = await startSystem(t, 'lucanto', product)
const url = `${system.origin}/api/mcp/v1`

/** One request of every tool, for an invoice that is not there: allowed or not is told before. */
const OPERATIONS: readonly (readonly [
  tool: string,
  request: string,
  args: Readonly<Record<string, unknown>>,
])[] = [
  ['lucanto_list_workspaces', 'GET /workspaces', {}],
  ['lucanto_list_contacts', 'GET /contacts?workspace_id=wsp_none', { workspace_id: 'wsp_none' }],
  ['lucanto_create_contact', 'POST /contacts', { workspace_id: 'wsp_none', name: 'X', email: 'x@x.example' }],
  ['lucanto_list_invoices', 'GET /invoices?workspace_id=wsp_none', { workspace_id: 'wsp_none' }],
  ['lucanto_create_invoice', 'POST /invoices', { workspace_id: 'wsp_none', contact_id: 'con_x', amount: 1 }],
  ['lucanto_get_invoice', 'GET /invoices/inv_none', { id: 'inv_none' }],
  ['lucanto_update_invoice', 'PATCH /invoices/inv_none', { id: 'inv_none', amount: 1 }],
  ['lucanto_delete_invoice', 'DELETE /invoices/inv_none', { id: 'inv_none' }],
  ['lucanto_get_invoice_pdf_url', 'GET /invoices/inv_none/pdf-url', { id: 'inv_none' }],
  ['lucanto_issue_invoice', 'POST /invoices/inv_none/issue', { id: 'inv_none' }],
  ['lucanto_mark_invoice_paid', 'POST /invoices/inv_none/mark-paid', { id: 'inv_none' }],
  ['lucanto_send_invoice', 'POST /invoices/inv_none/send', { id: 'inv_none' }],
]

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'systems', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const DELETE = { name: 'lucanto_delete_invoice', arguments: { id: 'inv_logo' } }

promise(t, '004', 'the key of the REST API is the key of the tools', async t => {
  const token = product.pat(['read:*'])
  const direct = await rest(system.upstream, token, 'GET /invoices/inv_menu')
  const through = await rest(`${system.origin}/api/v1`, token, 'GET /invoices/inv_menu')
  const tool = await call(url, token, 'lucanto_get_invoice', { id: 'inv_menu' })
  t.same(through.body, direct.body)
  t.same(tool.body.result.structuredContent, direct.body)
  const shown = product.received.slice(-2).map(({ headers }) => headers.authorization)
  t.same(shown, [`Bearer ${token}`, `Bearer ${token}`], 'the product sees the key itself')
})

promise(t, '004', 'what a scope allows is the same at the REST API and for the tools', async t => {
  const sets = [
    ['read:*'],
    ['read:invoices'],
    ['write:invoices', 'read:contacts'],
    ['manage:contacts'],
    ['*'],
    [],
  ]
  for (const scopes of sets) {
    const token = product.pat(scopes)
    for (const [tool, request, args] of OPERATIONS) {
      const { id, ...body } = args
      const direct = await rest(system.upstream, token, request, body)
      const through = await rest(`${system.origin}/api/v1`, token, request, body)
      const called = await call(url, token, tool, args)
      const said = `${tool} with ${scopes.join(' ') || 'no scope'}`
      t.equal(through.status === 403, direct.status === 403, `${said}, plain`)
      t.equal(called.status === 403, direct.status === 403, said)
    }
  }
})

t.test('a key that the product ended is refused by the next call, whatever is remembered of it', async t => {
  const token = product.pat(['read:*'])
  t.equal((await call(url, token, 'lucanto_list_workspaces')).status, 200)
  product.revoke(token)
  const { body } = await call(url, token, 'lucanto_list_workspaces')
  t.match(body.result, { isError: true, content: [{ text: /refused your credential/ }] })
  t.notMatch(JSON.stringify(body), /Studio North/)
})

t.test('what another account has is not there, whatever the scopes say', async t => {
  const token = product.pat(['*'], 'acc_rival')
  const before = structuredClone(product.data.invoices.get('inv_logo'))
  for (const name of [
    'get_invoice',
    'get_invoice_pdf_url',
    'update_invoice',
    'delete_invoice',
    'send_invoice',
  ]) {
    const args = name === 'update_invoice' ? { id: 'inv_logo', amount: 1 } : { id: 'inv_logo' }
    const { body } = await call(url, token, `lucanto_${name}`, args)
    t.match(body.result, { isError: true, content: [{ text: /no such thing/ }] }, name)
  }
  t.same(product.data.invoices.get('inv_logo'), before)
  for (const place of ['list_invoices', 'list_contacts']) {
    const { body } = await call(url, token, `lucanto_${place}`, { workspace_id: 'wsp_studio' })
    t.equal(body.result.isError, true, place)
  }
})

t.test('an id that is a path stays one id', async t => {
  const token = product.pat(['*'])
  const before = product.received.length
  for (const id of ['../tokens', '..%2Ftokens', 'inv_logo/../../tokens', 'inv_logo?x=1', 'inv_logo#', '']) {
    const { status, body } = await call(url, token, 'lucanto_get_invoice', { id })
    t.ok(status !== 200 || body.result.isError, id)
  }
  const arrived = product.received.slice(before).map(({ path }) => path)
  t.notOk(arrived.some(path => path.includes('tokens') && !path.startsWith('/api/v1/invoices/')))
})

t.test('the product’s token page is no tool, by no name', async t => {
  const token = product.pat(['*'])
  for (const name of ['lucanto_list_tokens', 'lucanto_get_me', 'list_tokens', 'listTokens', '__proto__']) {
    const { body } = await call(url, token, name)
    t.ok(body.error ?? body.result.isError, name)
  }
})

t.test(
  'a hidden tool stays closed in every era and spelling, behind another name and in a batch',
  async t => {
    const token = product.pat(['read:invoices'])
    const before = product.received.length
    const client = await connect(t, url, token, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await t.rejects(client.callTool(DELETE))
    for (const name of [
      'LUCANTO_DELETE_INVOICE',
      'lucanto_delete_invoice ',
      'deleteInvoice',
      'delete_invoice',
    ]) {
      const { body } = await call(url, token, name, DELETE.arguments)
      t.ok(body.error ?? body.result.isError, name)
    }
    const modern = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'lucanto_get_invoice',
    }
    const behind = await rpc(url, token, 'tools/call', { ...DELETE, _meta: META }, modern)
    t.equal(behind.status, 400, 'the header names another tool than the body')
    const message = (id: number, params: object) => ({ jsonrpc: '2.0', id, method: 'tools/call', params })
    const batch = await ask(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-03-26',
        ...presented(token),
      },
      body: JSON.stringify([
        message(1, { name: 'lucanto_get_invoice', arguments: { id: 'inv_logo' } }),
        message(2, DELETE),
      ]),
    })
    t.match(batch.body, [
      { id: 1, result: { isError: false } },
      { id: 2, error: { data: { code: 'insufficient_scope' } } },
    ])
    t.notOk(product.received.slice(before).some(({ method }) => method !== 'GET'))
    t.ok(product.data.invoices.has('inv_logo'))
  },
)

t.test('headers that claim to be somebody change nothing', async t => {
  const token = product.pat(['read:invoices'])
  const claims = { 'x-user': 'root', 'x-scopes': '*', 'x-forwarded-user': 'root', 'x-account': 'acc_rival' }
  const { status } = await rpc(url, token, 'tools/call', DELETE, claims)
  t.equal(status, 403)
  const seen = product.received.at(-1)?.headers ?? {}
  t.notOk(Object.keys(claims).some(name => name in seen))
})

/** A plain REST request: `GET /invoices`. */
function rest(base: string, token: string, request: string, body: object = {}): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ')
  const hasBody = method === 'PATCH' || /^POST \/\w+$/.test(request)
  return ask(base + path, {
    method,
    headers: { ...presented(token), ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(body) }),
  })
}
