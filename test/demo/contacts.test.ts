import t from 'tap'
import { seededId } from '../../src/demo/identifier.ts'
import { buildTallybook, NOW } from './tallybook.ts'

const studio = seededId('ws', 'studio')
const foreignWorkspace = seededId('ws', 'press')
const foreign = seededId('con', 'gallery')

t.test('a contact is created with what was sent, found again, and says where it is', async t => {
  const send = buildTallybook(t).as('accountant')
  const sent = {
    workspace_id: studio,
    name: 'Nieuw BV',
    email: 'info@nieuw.example',
    vat_number: 'NL123456789B01',
    address: { street: 'A 1', postal_code: '1000 AA', city: 'Amsterdam', country: 'NL' },
  }
  const created = await send('POST', '/v1/contacts', sent)
  t.equal(created.status, 201)
  t.match(created.body, { ...sent, created_at: NOW.toISOString(), updated_at: NOW.toISOString() })
  t.same((await send('GET', String(created.headers.location))).body, created.body)
})

t.test('left-out fields are null', async t => {
  const { body } = await buildTallybook(t).as('accountant')('POST', '/v1/contacts', {
    workspace_id: studio,
    name: 'N',
  })
  t.match(body, { email: null, vat_number: null, address: null })
})

t.test('a change keeps what it does not name and null empties', async t => {
  const send = buildTallybook(t).as('accountant')
  const url = `/v1/contacts/${seededId('con', 'bakker')}`
  const before = (await send('GET', url)).body
  const { status, body } = await send('PATCH', url, { email: null, name: 'De Korenaar' })
  t.equal(status, 200)
  t.same(body, { ...before, email: null, name: 'De Korenaar', updated_at: NOW.toISOString() })
  t.same((await send('GET', url)).body, body)
  t.equal((await send('PATCH', url, {})).status, 422, 'no change at all is a mistake')
  t.equal((await send('PATCH', url, { workspace_id: studio })).status, 422, 'it can’t move')
})

t.test('search looks into names and addresses, in any case, and knows no wildcards', async t => {
  const send = buildTallybook(t).as('viewer')
  const names = async (search: string) =>
    (await send('GET', `/v1/contacts?search=${encodeURIComponent(search)}`)).body.data.map(
      contact => contact.name,
    )
  t.same(await names('KORENAAR'), ['Bakkerij De Korenaar'])
  t.same(await names('moorside.example'), ['Moorside Primary School'])
  t.same(await names('%'), [])
  t.same(await names('_'), [])
  t.same(await names(`' OR 1=1 --`), [])
})

t.test('pages hold every contact once, newest first', async t => {
  const send = buildTallybook(t).as('viewer')
  const seen: string[] = []
  let cursor = ''
  for (;;) {
    const { body } = await send('GET', `/v1/contacts?limit=2${cursor}`)
    seen.push(...body.data.map(contact => contact.id))
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
  }
  const labels = ['school', 'joiner', 'walk-in', 'cafe', 'bakker']
  t.same(
    seen,
    labels.map(label => seededId('con', label)),
  )
  const one = await send('GET', `/v1/contacts?workspace_id=${seededId('ws', 'workshop')}`)
  t.equal(one.body.data.length, 2)
})

t.test('a contact on an invoice stays, another can go', async t => {
  const send = buildTallybook(t).as('admin')
  const kept = await send('DELETE', `/v1/contacts/${seededId('con', 'bakker')}`)
  t.equal(kept.status, 409)
  t.match(kept.body.detail, /3 invoices/)
  const { headers } = await send('POST', '/v1/contacts', { workspace_id: studio, name: 'Short' })
  t.equal((await send('DELETE', String(headers.location))).status, 204)
  t.equal((await send('DELETE', String(headers.location))).status, 404)
})

t.test('other organisations’ contacts and workspaces do not exist', async t => {
  const send = buildTallybook(t).as('admin')
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
    t.equal((await send(method, `/v1/contacts/${foreign}`, body)).status, 404, method)
  }
  const created = await send('POST', '/v1/contacts', { workspace_id: foreignWorkspace, name: 'X' })
  t.match(created, { status: 422, body: { errors: [{ in: 'body', pointer: '/workspace_id' }] } })
  t.same((await send('GET', `/v1/contacts?workspace_id=${foreignWorkspace}`)).body.data, [])
  t.same((await send('GET', '/v1/contacts?search=galerie')).body.data, [])
})
