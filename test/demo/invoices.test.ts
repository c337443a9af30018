import t from 'tap'
import { seededId } from '../../src/demo/identifier.ts'
import { buildTallybook, NOW, type Send } from './tallybook.ts'

const studio = seededId('ws', 'studio')
const bakker = seededId('con', 'bakker')
const line = { description: 'Work', quantity: 2.5, unit_price: 1_000, vat_rate: 21 }
const create = { workspace_id: studio, contact_id: bakker, lines: [line] }
const draftUrl = `/v1/invoices/${seededId('inv', 'labels')}`
const issuedUrl = `/v1/invoices/${seededId('inv', 'boxes')}`

t.test('a draft has computed totals, no number, and the workspace’s currency', async t => {
  const send = buildTallybook(t).as('accountant')
  const { status, headers, body } = await send('POST', '/v1/invoices', {
    ...create,
    lines: [line, { ...line, vat_rate: 5.5, quantity: 0.001, unit_price: 100_000 }],
    reference: 'PO 1',
  })
  t.equal(status, 201)
  t.match(body, {
    status: 'draft',
    number: null,
    issued_on: null,
    due_on: null,
    currency: 'EUR',
    payment_terms_days: 14,
    reference: 'PO 1',
    notes: null,
    contact_name: 'Bakkerij De Korenaar',
    created_at: NOW.toISOString(),
    lines: [
      { ...line, net: 2_500 },
      { quantity: 0.001, vat_rate: 5.5, net: 100 },
    ],
  })
  t.same(body.totals, {
    net: 2_600,
    vat: 531,
    gross: 3_131,
    vat_breakdown: [
      { vat_rate: 5.5, net: 100, vat: 6 },
      { vat_rate: 21, net: 2_500, vat: 525 },
    ],
  })
  t.same((await send('GET', String(headers.location))).body, body)
})

t.test('what can’t be an invoice is refused with every mistake and its place', async t => {
  const send = buildTallybook(t).as('accountant')
  const pointers = async (body: object) => {
    const response = await send('POST', '/v1/invoices', body)
    t.equal(response.status, 422)
    t.match(response.headers['content-type'], /^application\/problem\+json\b/)
    return [...new Set(response.body.errors.map(error => error.pointer))].sort()
  }
  t.same(await pointers({}), ['/contact_id', '/lines', '/workspace_id'])
  t.same(await pointers({ ...create, lines: [] }), ['/lines'])
  t.same(await pointers({ ...create, lines: Array(101).fill(line) }), ['/lines'])
  t.same(await pointers({ ...create, gross: 1, status: 'paid' }), ['/gross', '/status'])
  for (const [field, values] of Object.entries({
    quantity: [0, -1, 1.0001, 100_001, '1', null],
    unit_price: [-1, 0.5, 100_000_001],
    vat_rate: [-1, 100.5, 5.555],
    description: ['', ' ', 'x'.repeat(501)],
  })) {
    for (const value of values) {
      t.same(await pointers({ ...create, lines: [line, { ...line, [field]: value }] }), [`/lines/1/${field}`])
    }
  }
})

t.test('workspace and contact must be the caller’s and belong together', async t => {
  const send = buildTallybook(t).as('admin')
  const pointer = async (body: object) => (await send('POST', '/v1/invoices', body)).body.errors[0]?.pointer
  t.equal(await pointer({ ...create, workspace_id: seededId('ws', 'press') }), '/workspace_id')
  t.equal(
    await pointer({ ...create, contact_id: seededId('con', 'gallery') }),
    '/contact_id',
    'another tenant’s',
  )
  t.equal(
    await pointer({ ...create, contact_id: seededId('con', 'joiner') }),
    '/contact_id',
    'another workspace’s',
  )
  const patch = async (label: string) =>
    (await send('PATCH', draftUrl, { contact_id: seededId('con', label) })).body.errors?.[0]?.pointer
  t.equal(await patch('gallery'), '/contact_id')
  t.equal(await patch('joiner'), '/contact_id')
  t.equal(await patch('cafe'), undefined)
})

t.test('a change of a draft replaces its lines and leaves the rest', async t => {
  const send = buildTallybook(t).as('accountant')
  const before = (await send('GET', draftUrl)).body
  const noted = await send('PATCH', draftUrl, { notes: 'Soon', reference: null })
  t.same(noted.body, { ...before, notes: 'Soon', reference: null, updated_at: NOW.toISOString() })
  const relined = await send('PATCH', draftUrl, { lines: [line, line] })
  t.match(relined.body, { notes: 'Soon', totals: { net: 5_000, gross: 6_050 } })
  t.same((await send('GET', draftUrl)).body, relined.body)
  const [summary] = (await send('GET', `/v1/invoices?contact_id=${bakker}&status=draft`)).body.data
  t.match(summary, { id: before.id, gross: 6_050 })
})

t.test('a refused change changes nothing', async t => {
  const send = buildTallybook(t).as('accountant')
  const before = (await send('GET', draftUrl)).body
  const response = await send('PATCH', draftUrl, { contact_id: seededId('con', 'joiner'), lines: [line] })
  t.equal(response.status, 422)
  t.same((await send('GET', draftUrl)).body, before)
})

t.test('only drafts can be changed or deleted', async t => {
  const send = buildTallybook(t).as('admin')
  for (const call of [send('PATCH', issuedUrl, { notes: 'x' }), send('DELETE', issuedUrl)]) {
    const { status, body } = await call
    t.equal(status, 409)
    t.match(body.detail, /issued as STU-2025-0003/)
  }
  t.equal((await send('DELETE', draftUrl)).status, 204)
  t.equal((await send('GET', draftUrl)).status, 404)
  t.equal((await send('DELETE', draftUrl)).status, 404)
})

t.test('filters narrow the list together', async t => {
  const send = buildTallybook(t).as('viewer')
  t.equal((await ids(send, '')).length, 10)
  t.equal((await ids(send, 'status=draft')).length, 3)
  t.equal((await ids(send, `status=issued&contact_id=${bakker}`)).length, 1)
  t.equal((await ids(send, `workspace_id=${seededId('ws', 'workshop')}`)).length, 3)
  const label = (name: string) => seededId('inv', name)
  t.same(await ids(send, 'issued_from=2025-02-05&issued_to=2025-02-12'), [label('shelves'), label('boxes')])
  t.same(await ids(send, 'issued_to=2025-01-08'), [label('logo')], 'both ends count, drafts do not')
  t.same(await ids(send, 'issued_from=2025-03-05'), [label('sign')], 'drafts do not')
})

t.test('pages hold every invoice once, also while others are made', async t => {
  const { as } = buildTallybook(t)
  const send = as('accountant')
  const seen: string[] = []
  let cursor = ''
  for (;;) {
    const { body } = await send('GET', `/v1/invoices?limit=3${cursor}`)
    t.ok(body.data.length <= 3)
    seen.push(...body.data.map(invoice => invoice.id))
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
    await send('POST', '/v1/invoices', create)
  }
  t.equal(seen.length, 10)
  t.equal(new Set(seen).size, 10)
})

t.test('parameters that can’t be taken are named', async t => {
  const send = buildTallybook(t).as('viewer')
  for (const query of [
    'limit=0',
    'status=void',
    'issued_from=2025-02-30',
    'contact_id=1',
    'cursor=x',
    'sort=asc',
  ]) {
    const { status, body } = await send('GET', `/v1/invoices?${query}`)
    t.equal(status, 422, query)
    t.same(body.errors[0]?.pointer, `/${query.replace(/=.*/, '')}`)
    t.equal(body.errors[0]?.in, 'query')
  }
  t.equal((await send('GET', '/v1/invoices?status=draft&status=paid')).status, 422, 'twice')
})

t.test('another organisation’s invoices do not exist, for any operation', async t => {
  const send = buildTallybook(t).as('admin')
  const url = `/v1/invoices/${seededId('inv', 'posters')}`
  t.equal((await send('GET', url)).status, 404)
  t.equal((await send('PATCH', url, { notes: 'x' })).status, 404)
  t.equal((await send('DELETE', url)).status, 404)
  t.equal((await send('GET', `${url}/pdf`)).status, 404)
  for (const action of ['issue', 'mark-paid', 'send']) {
    t.equal((await send('POST', `${url}/${action}`)).status, 404, action)
  }
  t.same(await ids(send, `contact_id=${seededId('con', 'gallery')}`), [])
  t.same(await ids(send, `workspace_id=${seededId('ws', 'press')}`), [])
  t.notMatch((await send('GET', '/v1/invoices/export')).bytes.toString(), /Galerie/)
})

async function ids(send: Send, query: string): Promise<readonly string[]> {
  return (await send('GET', `/v1/invoices?${query}`)).body.data.map(invoice => invoice.id)
}
