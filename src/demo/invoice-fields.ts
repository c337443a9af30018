import { z } from 'zod'
import { currency, date, email, idOf, text } from './fields.ts'
import { pageQuery } from './page.ts'

const line = z.strictObject({
  description: text(500),
  quantity: z
    .number()
    .gt(0)
    .max(100_000)
    .refine(value => hasDecimals(value, 3), 'at most three decimal places'),
  unit_price: z.int().min(0).max(100_000_000),
  vat_rate: z
    .number()
    .min(0)
    .max(100)
    .refine(value => hasDecimals(value, 2), 'at most two decimal places'),
})

const fields = {
  contact_id: idOf('con'),
  currency: currency.optional(),
  payment_terms_days: z.int().min(0).max(120),
  reference: text(100).nullable().optional(),
  notes: text(2_000).nullable().optional(),
  lines: z.array(line).min(1).max(100),
}

/** Body of createInvoice. */
export const invoiceCreate = z.strictObject({
  workspace_id: idOf('ws'),
  ...fields,
  payment_terms_days: fields.payment_terms_days.default(14),
})

/** Body of updateInvoice: what is left out stays, null empties, `lines` replaces all lines. */
export const invoicePatch = z
  .strictObject(fields)
  .partial()
  .refine(body => Object.keys(body).length > 0, 'name at least one field to change')
  .meta({ minProperties: 1 })

const filters = {
  workspace_id: idOf('ws').optional(),
  contact_id: idOf('con').optional(),
  status: z.enum(['draft', 'issued', 'paid']).optional(),
  issued_from: date.optional(),
  issued_to: date.optional(),
}

/** Query of listInvoices. */
export const invoiceQuery = z.strictObject({ ...filters, ...pageQuery })
/** Query of exportInvoices. */
export const invoiceFilter = z.strictObject(filters)

/** Body of markInvoicePaid, which may be left out. */
export const payment = z.strictObject({ paid_on: date.optional() }).default({})
/** Body of sendInvoice, which may be left out. */
export const dispatch = z.strictObject({ to: email.optional(), message: text(2_000).optional() }).default({})

export type LineInput = z.output<typeof line>
export type InvoiceCreate = z.output<typeof invoiceCreate>
export type InvoicePatch = z.output<typeof invoicePatch>
export type InvoiceQuery = z.output<typeof invoiceQuery>
export type InvoiceFilter = z.output<typeof invoiceFilter>
export type Payment = z.output<typeof payment>
export type Dispatch = z.output<typeof dispatch>

// 0.1 + 0.2 has seventeen decimals and 1.005 * 1000 is not whole: the shortest spelling decides.
function hasDecimals(value: number, most: number): boolean {
  return Number(value.toFixed(most)) === value
}
