import { z } from 'zod'
import type { Caller } from './credentials.ts'
import type { Address } from './fields.ts'
import type { Currency } from './money.ts'
import { type Page, pageOf, pageQuery, positionOf } from './page.ts'
import { notFound } from './problem.ts'
import { type Context, NO_BODY, NO_QUERY, type Route, route } from './route.ts'

/** One set of books of an organisation: contacts and invoices belong to exactly one. */
export interface Workspace {
  readonly id: string
  readonly name: string
  /** As it stands on invoices. */
  readonly legal_name: string
  readonly address: Address
  readonly vat_number: string
  /** Of invoices that name none. */
  readonly currency: Currency
  /** Start of every invoice number. */
  readonly number_prefix: string
  readonly created_at: string
}

interface WorkspaceRow extends Omit<Workspace, 'address'> {
  readonly address: string
}

const COLUMNS = 'id, name, legal_name, address, vat_number, currency, number_prefix, created_at'

/** The caller's workspace of this id, or undefined: also where it is another organisation's. */
export function findWorkspace(context: Context, caller: Caller, id: string): Workspace | undefined {
  const row = context.database.one<WorkspaceRow>(
    `SELECT ${COLUMNS} FROM workspaces WHERE id = ? AND organization_id = ?`,
    id,
    caller.organization.id,
  )
  return row && present(row)
}

/** The operations on workspaces. */
export function workspaceRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/workspaces',
      operationId: 'listWorkspaces',
      scope: 'read:workspaces',
      query: z.strictObject(pageQuery),
      body: NO_BODY,
      answer: ({ caller, query }) => ({ status: 200, body: listWorkspaces(context, caller, query) }),
    }),
    route({
      method: 'GET',
      path: '/v1/workspaces/{id}',
      operationId: 'getWorkspace',
      scope: 'read:workspaces',
      query: NO_QUERY,
      body: NO_BODY,
      answer: ({ caller, id }) => {
        const workspace = findWorkspace(context, caller, id)
        if (!workspace) throw notFound('workspace')
        return { status: 200, body: workspace }
      },
    }),
  ]
}

function listWorkspaces(
  context: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<Workspace> {
  const { created_at, id } = positionOf(cursor)
  const rows = context.database.all<WorkspaceRow>(
    `SELECT ${COLUMNS} FROM workspaces WHERE organization_id = ? AND (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
    caller.organization.id,
    created_at,
    id,
    limit + 1,
  )
  return pageOf(rows, limit, present)
}

function present(row: WorkspaceRow): Workspace {
  return { ...row, address: JSON.parse(row.address) }
}
