/** Which tools a Lucanto token sees, and that what it doesn't see it can't call either. */
import t from 'tap'
import { call, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLucanto } from './backend.ts'

const product = createLucanto()
const system = await startSystem(t, 'lucanto', product)
const url = `${system.origin}/api/mcp/v1`

promise(t, '004', 'a token that may only read invoices never sees a tool that writes', async t => {
  t.same(await visible(url, product.pat(['read:invoices'])), [
    'lucanto_get_invoice',
    'lucanto_get_invoice_pdf_url',
    'lucanto_list_invoices',
  ])
  const before = product.received.length
  const refused = await call(url, product.pat(['read:invoices']), 'lucanto_delete_invoice', {
    id: 'inv_logo',
  })
  t.equal(refused.status, 403)
  t.notOk(product.received.slice(before).some(({ method }) => method !== 'GET'))
})
