import { findContact } from './contacts.ts'
import type { Caller } from './credentials.ts'
import { newId } from './identifier.ts'
import {
  type Invoice,
  type InvoiceRow,
  type InvoiceSummary,
  type LineRow,
  lineRow,
  presentInvoice,
  summarize,
} from './invoice.ts'
import type { InvoiceCreate, InvoiceFilter, InvoicePatch, InvoiceQuery } from './invoice-fields.ts'
import type { Currency } from './money.ts'
import { type Page, type Position, pageOf, positionOf } from './page.ts'
import { notFound, Problem, unacceptable } from './problem.ts'
import type { Context } from './route.ts'
import { totalsOf } from './totals.ts'
import { findWorkspace } from './workspaces.ts'

// Every statement goes through the workspace to the organisation: that is the wall between tenants.
const SELECT = `SELECT i.*, c.name AS contact_name
  FROM invoices i JOIN contacts c ON c.id = i.contact_id
  JOIN workspaces w ON w.id = i.workspace_id AND w.organization_id = ?`

/** @throws Problem 404, also where the invoice is another organisation's. */
export function getInvoice(context: Context, caller: Caller, id: string): Invoice {
  const row = context.database.one<InvoiceRow>(`${SELECT} WHERE i.id = ?`, caller.organization.id, id)
  if (!row) throw notFound('invoice')
  const lines = context.database.all<LineRow>(
    'SELECT description, quantity, unit_price, vat_rate FROM invoice_lines WHERE invoice_id = ? ORDER BY position',
    id,
  )
  return presentInvoice(row, lines)
}

/** The organisation's invoices that pass the filters, newest first. */
export function listInvoices(context: Context, caller: Caller, query: InvoiceQuery): Page<InvoiceSummary> {
  const rows = selectInvoices(context, caller, query, positionOf(query.cursor), query.limit + 1)
  return pageOf(rows, query.limit, summarize)
}

/**
 * Rows that pass the filters, newest first.
 *
 * @param limit At most so many; −1 for all.
 */
export function selectInvoices(
  context: Context,
  caller: Caller,
  filter: InvoiceFilter,
  after: Position,
  limit: number,
): InvoiceRow[] {
  return context.database.all<InvoiceRow>(
    `${SELECT}
     WHERE (i.created_at, i.id) < (?, ?)
       AND i.workspace_id = coalesce(?, i.workspace_id)
       AND i.contact_id = coalesce(?, i.contact_id)
       AND i.status = coalesce(?, i.status)
       AND coalesce(i.issued_on, '') >= coalesce(?, '')
       AND (?8 IS NULL OR i.issued_on <= ?8)
     ORDER BY i.created_at DESC, i.id DESC LIMIT ?`,
    caller.organization.id,
    after.created_at,
    after.id,
    filter.workspace_id ?? null,
    filter.contact_id ?? null,
    filter.status ?? null,
    filter.issued_from ?? null,
    filter.issued_to ?? null,
    limit,
  )
}

/** Makes a draft. @throws Problem 422 if workspace or contact are not the caller's. */
export function createInvoice(context: Context, caller: Caller, body: InvoiceCreate): Invoice {
  const workspace = findWorkspace(context, caller, body.workspace_id)
  if (!workspace) throw unacceptable('/workspace_id', 'There is no workspace with this id.')
  checkContact(context, caller, body.contact_id, workspace.id)
  const id = newId('inv')
  context.database.transaction(() => {
    insertDraft(context, {
      ...body,
      id,
      currency: body.currency ?? workspace.currency,
      created_at: context.now().toISOString(),
    })
  })
  return getInvoice(context, caller, id)
}

/** A draft to be written. */
export interface NewDraft extends InvoiceCreate {
  readonly id: string
  readonly currency: Currency
  readonly created_at: string
}

/** Writes a draft and its lines; call it in a transaction. */
export function insertDraft({ database }: Context, draft: NewDraft): void {
  const lines = draft.lines.map(lineRow)
  const { net, vat, gross } = totalsOf(lines)
  database.run(
    `INSERT INTO invoices (id, workspace_id, contact_id, status, currency, payment_terms_days, reference, notes,
       net, vat, gross, created_at, updated_at)
     VALUES (?, ?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    draft.id,
    draft.workspace_id,
    draft.contact_id,
    draft.currency,
    draft.payment_terms_days,
    draft.reference ?? null,
    draft.notes ?? null,
    net,
    vat,
    gross,
    draft.created_at,
    draft.created_at,
  )
  insertLines({ database }, draft.id, lines)
}

/** @throws Problem 404, 409 unless it is a draft, 422 if the contact is not of its workspace. */
export function updateInvoice(context: Context, caller: Caller, id: string, patch: InvoicePatch): Invoice {
  const { database } = context
  database.transaction(() => {
    const invoice = getDraft(context, caller, id, 'changed')
    const { lines: newLines, ...fields } = patch
    const next = { ...invoice, ...fields }
    if (patch.contact_id) checkContact(context, caller, patch.contact_id, invoice.workspace_id)
    const lines = (newLines ?? invoice.lines).map(lineRow)
    const { net, vat, gross } = totalsOf(lines)
    database.run(
      `UPDATE invoices SET contact_id = ?, currency = ?, payment_terms_days = ?, reference = ?, notes = ?,
         net = ?, vat = ?, gross = ?, updated_at = ? WHERE id = ?`,
      next.contact_id,
      next.currency,
      next.payment_terms_days,
      next.reference,
      next.notes,
      net,
      vat,
      gross,
      context.now().toISOString(),
      id,
    )
    if (newLines) {
      database.run('DELETE FROM invoice_lines WHERE invoice_id = ?', id)
      insertLines(context, id, lines)
    }
  })
  return getInvoice(context, caller, id)
}

/** @throws Problem 404, 409 unless it is a draft. */
export function deleteInvoice(context: Context, caller: Caller, id: string): void {
  context.database.transaction(() => {
    getDraft(context, caller, id, 'deleted')
    context.database.run('DELETE FROM invoices WHERE id = ?', id)
  })
}

/** @throws Problem 404, 409 unless it is a draft. */
export function getDraft(context: Context, caller: Caller, id: string, wish: string): Invoice {
  const invoice = getInvoice(context, caller, id)
  if (invoice.status !== 'draft') {
    throw new Problem(
      409,
      `Only a draft can be ${wish}; this invoice is ${invoice.status} as ${invoice.number}.`,
    )
  }
  return invoice
}

function insertLines({ database }: Pick<Context, 'database'>, id: string, lines: readonly LineRow[]): void {
  for (const [position, line] of lines.entries()) {
    database.run(
      `INSERT INTO invoice_lines (invoice_id, position, description, quantity, unit_price, vat_rate)
       VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      position,
      line.description,
      line.quantity,
      line.unit_price,
      line.vat_rate,
    )
  }
}

function checkContact(context: Context, caller: Caller, contactId: string, workspaceId: string): void {
  if (findContact(context, caller, contactId)?.workspace_id !== workspaceId) {
    throw unacceptable('/contact_id', 'There is no contact with this id in the invoice’s workspace.')
  }
}
