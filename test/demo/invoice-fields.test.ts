import t from 'tap'
import { dispatch, invoiceCreate, invoicePatch, payment } from '../../src/demo/invoice-fields.ts'

const line = { description: 'x', quantity: 1, unit_price: 1, vat_rate: 21 }
const create = { workspace_id: 'ws_0123456789abcdef', contact_id: 'con_0123456789abcdef', lines: [line] }

t.test('decimals that binary numbers can’t hold exactly are still taken', async t => {
  const takes = (change: object) =>
    invoiceCreate.safeParse({ ...create, lines: [{ ...line, ...change }] }).success
  for (const quantity of [1.005, 0.1, 0.001, 4.35, 99_999.999]) t.ok(takes({ quantity }), String(quantity))
  for (const vat_rate of [0, 5.5, 8.1, 19.6, 99.99]) t.ok(takes({ vat_rate }), String(vat_rate))
  for (const quantity of [1.0005, 0.1 + 0.2, 1e-7]) t.notOk(takes({ quantity }), String(quantity))
  for (const vat_rate of [8.125, 0.1 + 0.2]) t.notOk(takes({ vat_rate }), String(vat_rate))
})

t.test('payment terms have a default when creating and none when changing', async t => {
  t.equal(invoiceCreate.parse(create).payment_terms_days, 14)
  t.same(invoicePatch.parse({ notes: null }), { notes: null })
  t.notOk(invoicePatch.safeParse({}).success)
})

t.test('the bodies of actions may be left out, but not be something else', async t => {
  for (const schema of [payment, dispatch]) {
    t.same(schema.parse(undefined), {})
    for (const body of [null, [], 'x', { unknown: 1 }])
      t.notOk(schema.safeParse(body).success, JSON.stringify(body))
  }
})
