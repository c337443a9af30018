import type { ContactCreate, ContactPatch, ContactQuery } from './contact-fields.ts'
import type { Caller } from './credentials.ts'
import type { Address } from './fields.ts'
import { newId } from './identifier.ts'
import { type Page, pageOf, positionOf } from './page.ts'
import { notFound, Problem, unacceptable } from './problem.ts'
import type { Context } from './route.ts'
import { findWorkspace } from './workspaces.ts'

/** A customer. */
export interface Contact {
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly email: string | null
  readonly vat_number: string | null
  readonly address: Address | null
  readonly created_at: string
  readonly updated_at: string
}

interface ContactRow extends Omit<Contact, 'address'> {
  readonly address: string | null
}

// Every statement goes through the workspace to the organisation: that is the wall between tenants.
const SELECT = `SELECT c.id, c.workspace_id, c.name, c.email, c.vat_number, c.address, c.created_at, c.updated_at
  FROM contacts c JOIN workspaces w ON w.id = c.workspace_id AND w.organization_id = ?`

/** The caller's contact of this id, or undefined: also where it is another organisation's. */
export function findContact(context: Context, caller: Caller, id: string): Contact | undefined {
  const row = context.database.one<ContactRow>(`${SELECT} WHERE c.id = ?`, caller.organization.id, id)
  return row && present(row)
}

/** @throws Problem 404 */
export function getContact(context: Context, caller: Caller, id: string): Contact {
  const contact = findContact(context, caller, id)
  if (!contact) throw notFound('contact')
  return contact
}

/** The organisation's contacts, newest first. `search` looks for a part of name or e-mail, in any case. */
export function listContacts(context: Context, caller: Caller, query: ContactQuery): Page<Contact> {
  const { created_at, id } = positionOf(query.cursor)
  const rows = context.database.all<ContactRow>(
    `${SELECT}
     WHERE (c.created_at, c.id) < (?, ?) AND c.workspace_id = coalesce(?, c.workspace_id)
       AND (instr(lower(c.name), lower(?)) OR instr(lower(coalesce(c.email, '')), lower(?)))
     ORDER BY c.created_at DESC, c.id DESC LIMIT ?`,
    caller.organization.id,
    created_at,
    id,
    query.workspace_id ?? null,
    query.search ?? '',
    query.search ?? '',
    query.limit + 1,
  )
  return pageOf(rows, query.limit, present)
}

/** @throws Problem 422 if the workspace is not one of the caller's. */
export function createContact(context: Context, caller: Caller, body: ContactCreate): Contact {
  if (!findWorkspace(context, caller, body.workspace_id)) {
    throw unacceptable('/workspace_id', 'There is no workspace with this id.')
  }
  const now = context.now().toISOString()
  const contact: Contact = {
    id: newId('con'),
    workspace_id: body.workspace_id,
    name: body.name,
    email: body.email ?? null,
    vat_number: body.vat_number ?? null,
    address: body.address ?? null,
    created_at: now,
    updated_at: now,
  }
  insertContact(context, contact)
  return contact
}

/** Writes a complete contact. */
export function insertContact({ database }: Context, contact: Contact): void {
  database.run(
    `INSERT INTO contacts (id, workspace_id, name, email, vat_number, address, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    contact.id,
    contact.workspace_id,
    contact.name,
    contact.email,
    contact.vat_number,
    contact.address && JSON.stringify(contact.address),
    contact.created_at,
    contact.updated_at,
  )
}

/** @throws Problem 404 */
export function updateContact(context: Context, caller: Caller, id: string, patch: ContactPatch): Contact {
  const contact = { ...getContact(context, caller, id), ...patch, updated_at: context.now().toISOString() }
  context.database.run(
    'UPDATE contacts SET name = ?, email = ?, vat_number = ?, address = ?, updated_at = ? WHERE id = ?',
    contact.name,
    contact.email,
    contact.vat_number,
    contact.address && JSON.stringify(contact.address),
    contact.updated_at,
    contact.id,
  )
  return contact
}

/** @throws Problem 404, or 409 while an invoice names the contact. */
export function deleteContact(context: Context, caller: Caller, id: string): void {
  const { database } = context
  database.transaction(() => {
    getContact(context, caller, id)
    const invoices =
      database.one<{ count: number }>('SELECT count(*) AS count FROM invoices WHERE contact_id = ?', id)
        ?.count ?? 0
    if (invoices > 0) {
      throw new Problem(
        409,
        `The contact is on ${invoices} invoice${invoices === 1 ? '' : 's'} and has to stay.`,
      )
    }
    database.run('DELETE FROM contacts WHERE id = ?', id)
  })
}

function present(row: ContactRow): Contact {
  return { ...row, address: row.address === null ? null : JSON.parse(row.address) }
}
