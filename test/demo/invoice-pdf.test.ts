import t from 'tap'
import { getContact } from '../../src/demo/contacts.ts'
import { seededId } from '../../src/demo/identifier.ts'
import type { Invoice } from '../../src/demo/invoice.ts'
import { invoicePdf } from '../../src/demo/invoice-pdf.ts'
import { getInvoice } from '../../src/demo/invoices.ts'
import { findWorkspace } from '../../src/demo/workspaces.ts'
import { readPdf } from './read-pdf.ts'
import { buildTallybook } from './tallybook.ts'

t.test('an invoice shows number, parties, dates, lines and totals', async t => {
  const pages = render(t, 'boxes').pages
  t.equal(pages.length, 1)
  const shown = pages.flat()
  for (const text of [
    'Invoice STU-2025-0003',
    'Harbour & Vale Studio B.V.',
    'Bakkerij De Korenaar',
    '2025-02-05',
    '2025-02-19',
    'Cake boxes, printed',
    '760.00',
    'Net EUR',
    'VAT 21% of 809.50',
    '170.00',
    '979.50',
  ]) {
    t.ok(shown.includes(text), text)
  }
})

t.test('a draft says that it is one and has no dates', async t => {
  const shown = render(t, 'cards').pages.flat()
  t.equal(shown[0], 'Invoice draft')
  t.notOk(shown.includes('Issued'))
  t.ok(shown.includes('Second batch at the same price until September.'))
})

t.test('many and long lines go on to more pages, and none is lost', async t => {
  const lines = Array.from({ length: 100 }, (_, index) => ({
    description: `Entry ${index} ${'long '.repeat(30)}${'x'.repeat(120)}`,
    quantity: 1,
    unit_price: 100,
    vat_rate: 21,
    net: 100,
  }))
  const { pages } = render(t, 'boxes', { lines })
  t.ok(pages.length > 5)
  const shown = pages.flat().join('\n')
  for (let index = 0; index < 100; index++) t.match(shown, `Entry ${index} `)
  t.equal(shown.match(/x/g)?.length, 100 * 120, 'words longer than a row are cut and not dropped')
})

t.test('text of people outside can’t break the document', async t => {
  const nasty = String.raw`) Tj ET endstream endobj (\ %%EOF`
  const { pages } = render(t, 'boxes', { reference: nasty, notes: nasty })
  t.ok(pages.flat().filter(text => text === nasty).length === 2)
})

function render(t: Parameters<typeof buildTallybook>[0], label: string, changes: Partial<Invoice> = {}) {
  const { context, caller } = buildTallybook(t)
  const me = caller('viewer')
  const invoice = getInvoice(context, me, seededId('inv', label))
  const seller = findWorkspace(context, me, invoice.workspace_id)
  if (!seller) throw new Error('no workspace')
  const buyer = getContact(context, me, invoice.contact_id)
  return readPdf(invoicePdf({ ...invoice, ...changes }, seller, buyer))
}
