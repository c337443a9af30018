/** Lucanto's tools: what each does in a workspace, their tiers and hints, and which of them a key sees. */
import t from 'tap'
import { call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLucanto } from './backend.ts'

const product = createLucanto()
const system = await startSystem(t, 'lucanto', product)
const url = `${system.origin}/api/mcp/v1`

const READ = [
  'lucanto_get_invoice',
  'lucanto_get_invoice_pdf_url',
  'lucanto_list_contacts',
  'lucanto_list_invoices',
  'lucanto_list_workspaces',
]
const WRITE = ['lucanto_create_contact', 'lucanto_create_invoice', 'lucanto_update_invoice']
const MANAGE = [
  'lucanto_delete_invoice',
  'lucanto_issue_invoice',
  'lucanto_mark_invoice_paid',
  'lucanto_send_invoice',
]

/** Arguments that each tool takes. */
const ARGUMENTS: Readonly<Record<string, object>> = {
  lucanto_create_contact: { workspace_id: 'wsp_studio', name: 'X', email: 'x@x.example' },
  lucanto_create_invoice: { workspace_id: 'wsp_studio', contact_id: 'con_bakery', amount: 1 },
  lucanto_update_invoice: { id: 'inv_logo', amount: 1 },
}

promise(t, '004', 'agents list the invoices of a workspace', async t => {
  const token = product.pat(['read:invoices'])
  const all = await answer(token, 'lucanto_list_invoices', { workspace_id: 'wsp_studio' })
  t.match(all.data, [{ id: 'inv_logo' }, { id: 'inv_menu' }])
  const issued = await answer(token, 'lucanto_list_invoices', {
    workspace_id: 'wsp_studio',
    status: 'issued',
  })
  t.same(issued.data, [product.data.invoices.get('inv_menu')])
})

promise(t, '004', 'agents create invoices, and change drafts', async t => {
  const token = product.pat(['write:invoices'])
  const made = await answer(token, 'lucanto_create_invoice', {
    workspace_id: 'wsp_studio',
    contact_id: 'con_bakery',
    amount: 4_200,
  })
  t.match(made, { status: 'draft', number: null, amount: 4_200 })
  t.match(await answer(token, 'lucanto_update_invoice', { id: made.id, amount: 4_300 }), { amount: 4_300 })
  t.match(product.data.invoices.get(made.id), { amount: 4_300, contact_id: 'con_bakery' })
})

promise(t, '004', 'agents look up contacts, and add them', async t => {
  const token = product.pat(['write:contacts'])
  const contact = { workspace_id: 'wsp_rental', name: 'Sail Club', email: 'crew@sail.example' }
  await answer(token, 'lucanto_create_contact', contact)
  const { data } = await answer(token, 'lucanto_list_contacts', { workspace_id: 'wsp_rental' })
  t.match(data, [{ name: 'Harbour Office' }, contact])
})

promise(t, '004', 'agents issue invoices and mark them as paid', async t => {
  const token = product.pat(['manage:invoices'])
  const id = await draft()
  const early = await call(url, token, 'lucanto_mark_invoice_paid', { id })
  t.match(early.body.result, { isError: true, content: [{ text: /Issue it first/ }] })
  t.match(await answer(token, 'lucanto_issue_invoice', { id }), { status: 'issued', number: /^2026-/ })
  t.match(await answer(token, 'lucanto_mark_invoice_paid', { id }), { status: 'paid' })
})

promise(t, '004', 'agents send invoices to the customer', async t => {
  const sent = product.data.sent.length
  t.match(await answer(product.pat(['manage:invoices']), 'lucanto_send_invoice', { id: 'inv_menu' }), {
    to: 'noor@bakery.example',
  })
  t.same(product.data.sent.slice(sent), [{ invoice: 'inv_menu', to: 'noor@bakery.example' }])
})

promise(
  t,
  '004',
  'asked for the workspaces, an agent gets those of the key with lucanto_list_workspaces',
  async t => {
    const own = await answer(product.pat(['read:*']), 'lucanto_list_workspaces')
    t.same(
      own.data.map(({ name }: { name: string }) => name),
      ['Studio North', 'Boat rental'],
    )
    const rival = await answer(product.pat(['read:*'], 'acc_rival'), 'lucanto_list_workspaces')
    t.same(
      rival.data.map(({ name }: { name: string }) => name),
      ['Rival'],
    )
  },
)

promise(t, '004', 'the read tier holds the five tools that look', async t => {
  t.same(await visible(url, product.pat(['read:*'])), READ)
})

promise(t, '004', 'the write tier adds creating invoices and contacts, and changing drafts', async t => {
  t.same(await visible(url, product.pat(['write:*'])), [...READ, ...WRITE].sort())
})

promise(t, '004', 'the manage tier adds issuing, marking as paid, sending and deleting', async t => {
  t.same(await visible(url, product.pat(['manage:*'])), [...READ, ...WRITE, ...MANAGE].sort())
  t.same(await visible(url, product.pat(['*'])), [...READ, ...WRITE, ...MANAGE].sort())
})

promise(t, '004', 'the list holds what the scopes of the key allow', async t => {
  t.same(await visible(url, product.pat([])), [])
  t.same(await visible(url, product.pat(['read:contacts', 'read:workspaces'])), [
    'lucanto_list_contacts',
    'lucanto_list_workspaces',
  ])
  t.same(await visible(url, product.pat(['write:contacts'])), [
    'lucanto_create_contact',
    'lucanto_list_contacts',
  ])
  t.same(
    await visible(url, product.pat(['read:payroll', 'write:', 'invoices'])),
    [],
    'unknown scopes give nothing',
  )
})

promise(t, '004', 'a key that may only read invoices never sees a tool that writes', async t => {
  const token = product.pat(['read:invoices'])
  t.same(
    await visible(url, token),
    READ.filter(name => name.includes('invoice')),
  )
  const writes = await attempts(token, [...WRITE, ...MANAGE])
  t.same(writes.statuses, [403])
  t.same(writes.arrived, [], 'nor can it call one by its name')
})

promise(t, '004', 'every tool says by its hints how careful to be', async t => {
  const tools = await list(product.pat(['*']))
  for (const { name, annotations } of tools) {
    const { title, ...hints } = annotations
    t.same(
      Object.keys(hints).sort(),
      ['destructiveHint', 'idempotentHint', 'openWorldHint', 'readOnlyHint'],
      name,
    )
    t.equal(annotations.readOnlyHint, READ.includes(name), `${name} is read-only only if it reads`)
  }
})

promise(t, '004', 'deleting an invoice is marked as destructive', async t => {
  const hints = Object.fromEntries(
    (await list(product.pat(['*']))).map(tool => [tool.name, tool.annotations]),
  )
  t.match(hints.lucanto_delete_invoice, { readOnlyHint: false, destructiveHint: true })
  for (const name of [...READ, 'lucanto_issue_invoice', 'lucanto_send_invoice']) {
    t.equal(hints[name]?.destructiveHint, false, name)
  }
})

promise(
  t,
  '004',
  'sending an invoice is marked as reaching outside the product, and nothing else is',
  async t => {
    const open = (await list(product.pat(['*']))).filter(({ annotations }) => annotations.openWorldHint)
    t.same(
      open.map(({ name }) => name),
      ['lucanto_send_invoice'],
    )
  },
)

promise(t, '004', 'a key can be as narrow as one kind of thing, only to be looked at', async t => {
  t.same(await visible(url, product.pat(['read:workspaces'])), ['lucanto_list_workspaces'])
  t.same(await visible(url, product.pat(['read:contacts'])), ['lucanto_list_contacts'])
})

promise(t, '004', 'an agent that is to explore gets read:*, which changes nothing', async t => {
  const token = product.pat(['read:*'])
  const before = JSON.stringify([...product.data.invoices, ...product.data.contacts, product.data.sent])
  t.equal((await answer(token, 'lucanto_get_invoice', { id: 'inv_logo' })).memo, 'Logo')
  t.match(await answer(token, 'lucanto_get_invoice_pdf_url', { id: 'inv_logo' }), {
    url: 'https://files.lucanto.example/inv_logo.pdf?signature=5f1c',
  })
  t.same((await attempts(token, [...WRITE, ...MANAGE])).statuses, [403])
  t.equal(JSON.stringify([...product.data.invoices, ...product.data.contacts, product.data.sent]), before)
})

promise(t, '004', 'writing and managing come only with the scopes that say so', async t => {
  const writer = product.pat(['read:*', 'write:invoices'])
  t.same(await visible(url, writer), [...READ, 'lucanto_create_invoice', 'lucanto_update_invoice'].sort())
  const refused = await attempts(writer, ['lucanto_create_contact', ...MANAGE])
  t.same(refused.statuses, [403])
  t.same(refused.arrived, [])
  const { headers, body } = await call(url, writer, 'lucanto_delete_invoice', { id: 'inv_logo' })
  t.match(headers.get('www-authenticate') ?? '', /error="insufficient_scope",.* scope="manage:invoices"/)
  t.match(body.error.message, /manage:invoices/, 'and the answer says which')
  const id = await draft()
  const { status } = await call(url, product.pat(['manage:invoices']), 'lucanto_delete_invoice', { id })
  t.equal(status, 200)
  t.notOk(product.data.invoices.has(id))
})

/** Calls tools by name, seen or not; what came of it, and what arrived at the product besides its own questions. */
async function attempts(token: string, names: readonly string[]) {
  const before = product.received.length
  const statuses = new Set<number>()
  for (const name of names) {
    statuses.add((await call(url, token, name, ARGUMENTS[name] ?? { id: 'inv_logo' })).status)
  }
  const arrived = product.received.slice(before).filter(({ path }) => path !== '/api/v1/me')
  return { statuses: [...statuses], arrived }
}

async function answer(token: string, name: string, args: object = {}) {
  const { status, body } = await call(url, token, name, args)
  if (status !== 200 || body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}

async function list(token: string): Promise<{ name: string; annotations: Record<string, unknown> }[]> {
  return (await rpc(url, token, 'tools/list')).body.result.tools
}

async function draft(): Promise<string> {
  const args = { workspace_id: 'wsp_studio', contact_id: 'con_bakery', amount: 100 }
  return (await answer(product.pat(['write:invoices']), 'lucanto_create_invoice', args)).id
}
