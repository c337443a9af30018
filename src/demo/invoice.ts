import type { LineInput } from './invoice-fields.ts'
import type { Currency } from './money.ts'
import { lineNet, type PricedLine, totalsOf } from './totals.ts'

/** Where an invoice is in its life; it only moves forward. */
export type InvoiceStatus = 'draft' | 'issued' | 'paid'

/** An invoice as a list shows it. */
export interface InvoiceSummary {
  readonly id: string
  readonly workspace_id: string
  readonly contact_id: string
  readonly contact_name: string
  /** Given when it is issued. */
  readonly number: string | null
  readonly status: InvoiceStatus
  readonly currency: Currency
  /** In minor units, VAT included. */
  readonly gross: number
  readonly issued_on: string | null
  readonly due_on: string | null
  readonly paid_on: string | null
  readonly created_at: string
}

/** An invoice with everything on it. Amounts in minor units, rates in percent. */
export interface Invoice extends Omit<InvoiceSummary, 'gross'> {
  readonly payment_terms_days: number
  readonly reference: string | null
  readonly notes: string | null
  readonly lines: readonly (LineInput & { readonly net: number })[]
  readonly totals: {
    readonly net: number
    readonly vat: number
    readonly gross: number
    readonly vat_breakdown: readonly {
      readonly vat_rate: number
      readonly net: number
      readonly vat: number
    }[]
  }
  readonly last_sent_at: string | null
  readonly updated_at: string
}

/** A row of `invoices`, with the contact's name. */
export interface InvoiceRow extends InvoiceSummary {
  readonly payment_terms_days: number
  readonly reference: string | null
  readonly notes: string | null
  readonly net: number
  readonly vat: number
  readonly last_sent_at: string | null
  readonly updated_at: string
}

/** A row of `invoice_lines`. */
export interface LineRow extends PricedLine {
  readonly description: string
}

/** A line of a request as the database has it: thousandths and hundredths of a percent. */
export function lineRow({ description, quantity, unit_price, vat_rate }: LineInput): LineRow {
  return {
    description,
    quantity: Math.round(quantity * 1_000),
    unit_price,
    vat_rate: Math.round(vat_rate * 100),
  }
}

/** An invoice for a list. */
export function summarize(row: InvoiceRow): InvoiceSummary {
  const { id, workspace_id, contact_id, contact_name, number, status, currency, gross } = row
  const { issued_on, due_on, paid_on, created_at } = row
  return {
    id,
    workspace_id,
    contact_id,
    contact_name,
    number,
    status,
    currency,
    gross,
    issued_on,
    due_on,
    paid_on,
    created_at,
  }
}

/** A whole invoice. */
export function presentInvoice(row: InvoiceRow, lines: readonly LineRow[]): Invoice {
  const { gross: _, ...summary } = summarize(row)
  const { net, vat, gross, rates } = totalsOf(lines)
  return {
    ...summary,
    payment_terms_days: row.payment_terms_days,
    reference: row.reference,
    notes: row.notes,
    lines: lines.map(line => ({
      description: line.description,
      quantity: line.quantity / 1_000,
      unit_price: line.unit_price,
      vat_rate: line.vat_rate / 100,
      net: lineNet(line),
    })),
    totals: {
      net,
      vat,
      gross,
      vat_breakdown: rates.map(rate => ({ ...rate, vat_rate: rate.vat_rate / 100 })),
    },
    last_sent_at: row.last_sent_at,
    updated_at: row.updated_at,
  }
}
