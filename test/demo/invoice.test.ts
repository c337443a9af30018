import fc from 'fast-check'
import t from 'tap'
import { type InvoiceRow, lineRow, presentInvoice, summarize } from '../../src/demo/invoice.ts'

const row: InvoiceRow = {
  id: 'inv_1',
  workspace_id: 'ws_1',
  contact_id: 'con_1',
  contact_name: 'One',
  number: null,
  status: 'draft',
  currency: 'EUR',
  payment_terms_days: 14,
  issued_on: null,
  due_on: null,
  paid_on: null,
  reference: null,
  notes: 'n',
  net: 100,
  vat: 21,
  gross: 121,
  last_sent_at: null,
  created_at: '2025-01-01T00:00:00.000Z',
  updated_at: '2025-01-02T00:00:00.000Z',
}

t.test('a summary has the total and nothing of the inside', async t => {
  const summary = summarize(row)
  t.equal(summary.gross, 121)
  for (const inside of ['notes', 'net', 'vat', 'updated_at']) t.notOk(inside in summary, inside)
})

t.test('a whole invoice has its sums under totals and only there', async t => {
  const line = { description: 'x', quantity: 1_000, unit_price: 100, vat_rate: 2_100 }
  const invoice = presentInvoice(row, [line])
  t.match(invoice.totals, {
    net: 100,
    vat: 21,
    gross: 121,
    vat_breakdown: [{ vat_rate: 21, net: 100, vat: 21 }],
  })
  for (const sum of ['net', 'vat', 'gross']) t.notOk(sum in invoice, sum)
})

t.test('quantity and rate come back as they were sent, to the last decimal', async () => {
  const quantity = fc.integer({ min: 1, max: 100_000_000 }).map(thousandths => thousandths / 1_000)
  const rate = fc.integer({ min: 0, max: 10_000 }).map(hundredths => hundredths / 100)
  fc.assert(
    fc.property(quantity, rate, (quantity, vat_rate) => {
      const [line] = presentInvoice(row, [
        lineRow({ description: 'x', quantity, unit_price: 1, vat_rate }),
      ]).lines
      return line?.quantity === quantity && line.vat_rate === vat_rate
    }),
    { numRuns: 500 },
  )
})
