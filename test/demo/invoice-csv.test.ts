import t from 'tap'
import { seededId } from '../../src/demo/identifier.ts'
import { buildTallybook } from './tallybook.ts'

const HEADER = 'id,number,status,contact,issued_on,due_on,paid_on,currency,net,vat,gross'

t.test('the export holds every invoice that passes the filters, as a download', async t => {
  const { as } = buildTallybook(t)
  const { status, headers, bytes } = await as('viewer')('GET', '/v1/invoices/export?status=paid')
  t.equal(status, 200)
  t.equal(headers['content-type'], 'text/csv; charset=utf-8')
  t.equal(headers['content-disposition'], 'attachment; filename="invoices.csv"')
  t.same(bytes.toString().split('\r\n'), [
    HEADER,
    `${seededId('inv', 'bench')},WRK-2025-0001,paid,O’Neill Joinery,2025-01-22,2025-02-05,2025-02-19,GBP,315.00,63.00,378.00`,
    `${seededId('inv', 'menu')},STU-2025-0002,paid,"Café Étoile, Liège",2025-01-14,2025-01-28,2025-01-31,EUR,540.00,113.40,653.40`,
    `${seededId('inv', 'logo')},STU-2025-0001,paid,Bakkerij De Korenaar,2025-01-08,2025-01-22,2025-01-20,EUR,1800.00,378.00,2178.00`,
    '',
  ])
})

t.test('there is no page: everything is in it', async t => {
  const { as } = buildTallybook(t)
  const send = as('admin')
  for (let index = 0; index < 120; index++) {
    await send('POST', '/v1/invoices', {
      workspace_id: seededId('ws', 'studio'),
      contact_id: seededId('con', 'bakker'),
      lines: [{ description: 'x', quantity: 1, unit_price: 1, vat_rate: 0 }],
    })
  }
  const rows = (await send('GET', '/v1/invoices/export')).bytes.toString().trim().split('\r\n')
  t.equal(rows.length, 1 + 10 + 120)
  t.equal((await send('GET', '/v1/invoices/export?limit=5')).status, 422)
})

t.test('a customer’s name can’t become a formula', async t => {
  const { as } = buildTallybook(t)
  const send = as('admin')
  await send('PATCH', `/v1/contacts/${seededId('con', 'cafe')}`, {
    name: '=HYPERLINK("http://x.example","y")',
  })
  const table = (await send('GET', '/v1/invoices/export')).bytes.toString()
  t.match(table, `,"'=HYPERLINK(""http://x.example"",""y"")",`)
})

t.test('nothing that passes is an empty table', async t => {
  const { as } = buildTallybook(t)
  const { bytes } = await as('viewer')('GET', '/v1/invoices/export?issued_from=2099-01-01')
  t.equal(bytes.toString(), `${HEADER}\r\n`)
})
