import { getContact } from './contacts.ts'
import type { Caller } from './credentials.ts'
import { newId } from './identifier.ts'
import type { Invoice } from './invoice.ts'
import type { Dispatch, Payment } from './invoice-fields.ts'
import { getDraft, getInvoice } from './invoices.ts'
import { Problem, unacceptable } from './problem.ts'
import type { Context } from './route.ts'
import { findWorkspace } from './workspaces.ts'

/** An e-mail in the outbox. */
export interface QueuedMessage {
  readonly id: string
  readonly invoice_id: string
  /** Who gets it. */
  readonly to: string
  readonly subject: string
  readonly queued_at: string
}

/**
 * Issues a draft: dated today, due after its payment terms, with the next number of its workspace and year.
 *
 * @throws Problem 404, 409 unless it is a draft.
 */
export function issueInvoice(context: Context, caller: Caller, id: string): Invoice {
  context.database.transaction(() => {
    const invoice = getDraft(context, caller, id, 'issued')
    const now = context.now()
    markIssued(context, invoice, now)
  })
  return getInvoice(context, caller, id)
}

/** What {@link markIssued} needs to know of a draft. */
export type IssuableDraft = Pick<Invoice, 'id' | 'workspace_id' | 'payment_terms_days'>

/** Numbers and dates a draft; call it in a transaction. */
export function markIssued({ database }: Pick<Context, 'database'>, draft: IssuableDraft, now: Date): void {
  const issuedOn = dateOf(now)
  const year = issuedOn.slice(0, 4)
  const prefix = database.one<{ number_prefix: string }>(
    'SELECT number_prefix FROM workspaces WHERE id = ?',
    draft.workspace_id,
  )?.number_prefix
  const last = database.one<{ last: number }>(
    `INSERT INTO number_series (workspace_id, year, last) VALUES (?, ?, 1)
     ON CONFLICT (workspace_id, year) DO UPDATE SET last = last + 1 RETURNING last`,
    draft.workspace_id,
    year,
  )?.last
  database.run(
    `UPDATE invoices SET status = 'issued', number = ?, issued_on = ?, due_on = ?, updated_at = ? WHERE id = ?`,
    `${prefix}-${year}-${String(last).padStart(4, '0')}`,
    issuedOn,
    dateOf(new Date(now.getTime() + draft.payment_terms_days * 86_400_000)),
    now.toISOString(),
    draft.id,
  )
}

/**
 * Records that an issued invoice was paid, today unless said otherwise.
 *
 * @throws Problem 404, 409 unless it is issued and unpaid, 422 for a day before it was issued or in the future.
 */
export function markInvoicePaid(context: Context, caller: Caller, id: string, payment: Payment): Invoice {
  context.database.transaction(() => {
    const invoice = getInvoice(context, caller, id)
    if (invoice.status === 'draft') {
      throw new Problem(409, 'A draft can’t be paid; issue the invoice first.')
    }
    if (invoice.status === 'paid') {
      throw new Problem(409, `The invoice is already marked as paid on ${invoice.paid_on}.`)
    }
    const now = context.now()
    const paidOn = payment.paid_on ?? dateOf(now)
    if (paidOn < (invoice.issued_on ?? '') || paidOn > dateOf(now)) {
      throw unacceptable('/paid_on', `Must be a day from ${invoice.issued_on}, when it was issued, to today.`)
    }
    context.database.run(
      `UPDATE invoices SET status = 'paid', paid_on = ?, updated_at = ? WHERE id = ?`,
      paidOn,
      now.toISOString(),
      id,
    )
  })
  return getInvoice(context, caller, id)
}

/**
 * Puts an e-mail with the invoice into the outbox. Every call is another e-mail.
 *
 * @throws Problem 404, 409 for a draft, 422 if neither the request nor the contact has an address.
 */
export function sendInvoice(context: Context, caller: Caller, id: string, dispatch: Dispatch): QueuedMessage {
  return context.database.transaction(() => {
    const invoice = getInvoice(context, caller, id)
    if (invoice.status === 'draft') {
      throw new Problem(409, 'A draft can’t be sent; issue the invoice first.')
    }
    const to = dispatch.to ?? getContact(context, caller, invoice.contact_id).email
    if (to === null) throw unacceptable('/to', 'The contact has no e-mail address; say where to send it.')
    const sender = findWorkspace(context, caller, invoice.workspace_id)?.legal_name
    const message: QueuedMessage = {
      id: newId('msg'),
      invoice_id: id,
      to,
      subject: `Invoice ${invoice.number} from ${sender}`,
      queued_at: context.now().toISOString(),
    }
    queue(context, caller, message, dispatch.message ?? null)
    return message
  })
}

function queue({ database }: Context, caller: Caller, message: QueuedMessage, text: string | null): void {
  database.run(
    `INSERT INTO outbox (id, invoice_id, recipient, subject, message, queued_by, queued_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    message.id,
    message.invoice_id,
    message.to,
    message.subject,
    text,
    caller.id,
    message.queued_at,
  )
  database.run('UPDATE invoices SET last_sent_at = ? WHERE id = ?', message.queued_at, message.invoice_id)
}

function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
