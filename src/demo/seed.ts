import { insertContact } from './contacts.ts'
import { seededId } from './identifier.ts'
import { markIssued } from './invoice-actions.ts'
import { insertDraft } from './invoices.ts'
import type { Context } from './route.ts'
import { CONTACTS, INVOICES, ORGANIZATIONS, USERS, WORKSPACES } from './sample.ts'

/**
 * Fills an empty database with the sample data: always the same ids, dates and numbers. A database that has
 * organisations is left as it is.
 */
export function seed(context: Context): void {
  const { database } = context
  database.transaction(() => {
    if (database.one('SELECT id FROM organizations')) return
    seedOrganizations(context)
    seedWorkspaces(context)
    seedContacts(context)
    for (const invoice of INVOICES) seedInvoice(context, invoice)
  })
}

function seedOrganizations({ database }: Context): void {
  for (const [label, name] of Object.entries(ORGANIZATIONS)) {
    database.run('INSERT INTO organizations (id, name) VALUES (?, ?)', seededId('org', label), name)
  }
  for (const [label, { organization, email, name, role }] of Object.entries(USERS)) {
    database.run(
      'INSERT INTO users (id, organization_id, email, name, role) VALUES (?, ?, ?, ?, ?)',
      seededId('usr', label),
      seededId('org', organization),
      email,
      name,
      role,
    )
  }
}

function seedWorkspaces({ database }: Context): void {
  for (const [index, workspace] of WORKSPACES.entries()) {
    database.run(
      `INSERT INTO workspaces (id, organization_id, name, legal_name, address, vat_number, currency, number_prefix,
         created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seededId('ws', workspace.label),
      seededId('org', workspace.organization),
      workspace.name,
      workspace.legal_name,
      JSON.stringify(workspace.address),
      workspace.vat_number,
      workspace.currency,
      workspace.number_prefix,
      day(index).toISOString(),
    )
  }
}

function seedContacts(context: Context): void {
  for (const [index, { label, workspace, ...fields }] of CONTACTS.entries()) {
    const time = day(index).toISOString()
    insertContact(context, {
      ...fields,
      id: seededId('con', label),
      workspace_id: seededId('ws', workspace),
      created_at: time,
      updated_at: time,
    })
  }
}

function seedInvoice(context: Context, sample: (typeof INVOICES)[number]): void {
  const { database } = context
  const contact = CONTACTS.find(({ label }) => label === sample.contact)
  const workspace = WORKSPACES.find(({ label }) => label === contact?.workspace)
  if (!contact || !workspace) throw new Error(`the sample invoice ${sample.label} has no known contact`)
  const id = seededId('inv', sample.label)
  const draft = {
    id,
    workspace_id: seededId('ws', workspace.label),
    contact_id: seededId('con', contact.label),
    currency: workspace.currency,
    payment_terms_days: 14,
    reference: sample.reference,
    notes: sample.notes,
    lines: [...sample.lines],
    created_at: day(sample.after).toISOString(),
  }
  insertDraft(context, draft)
  if (sample.issued === undefined) return
  const issued = day(sample.issued)
  markIssued(context, draft, issued)
  if (sample.sent && contact.email) recordSending(context, sample.label, contact.email, workspace, issued)
  if (sample.paid === undefined) return
  const paid = day(sample.paid).toISOString()
  database.run(
    `UPDATE invoices SET status = 'paid', paid_on = ?, updated_at = ? WHERE id = ?`,
    paid.slice(0, 10),
    paid,
    id,
  )
}

function recordSending(
  { database }: Context,
  label: string,
  to: string,
  workspace: (typeof WORKSPACES)[number],
  time: Date,
): void {
  const id = seededId('inv', label)
  database.run(
    `INSERT INTO outbox (id, invoice_id, recipient, subject, queued_by, queued_at)
     SELECT ?, id, ?, 'Invoice ' || number || ' from ' || ?, ?, ? FROM invoices WHERE id = ?`,
    seededId('msg', label),
    to,
    workspace.legal_name,
    seededId('usr', 'accountant'),
    time.toISOString(),
    id,
  )
  database.run('UPDATE invoices SET last_sent_at = ? WHERE id = ?', time.toISOString(), id)
}

/** Nine in the morning, so many days after the first of January 2025. */
function day(after: number): Date {
  return new Date(Date.UTC(2025, 0, 1 + after, 9))
}
