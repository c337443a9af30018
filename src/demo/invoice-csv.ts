import type { Caller } from './credentials.ts'
import { writeCsv } from './csv.ts'
import type { InvoiceRow } from './invoice.ts'
import type { InvoiceFilter } from './invoice-fields.ts'
import { selectInvoices } from './invoices.ts'
import { formatAmount } from './money.ts'
import { positionOf } from './page.ts'
import type { Context } from './route.ts'

const HEADER = [
  'id',
  'number',
  'status',
  'contact',
  'issued_on',
  'due_on',
  'paid_on',
  'currency',
  'net',
  'vat',
  'gross',
] as const

/** Every invoice that passes the filters as CSV, newest first; amounts in whole units with a decimal point. */
export function invoiceCsv(context: Context, caller: Caller, filter: InvoiceFilter): string {
  return writeCsv(HEADER, selectInvoices(context, caller, filter, positionOf(undefined), -1).map(record))
}

function record(row: InvoiceRow) {
  const amount = (value: number) => ({ number: formatAmount(value, row.currency) })
  return [
    row.id,
    row.number,
    row.status,
    row.contact_name,
    row.issued_on,
    row.due_on,
    row.paid_on,
    row.currency,
    amount(row.net),
    amount(row.vat),
    amount(row.gross),
  ]
}
