/**
 * Lucanto as far as its tools need it: `node test/systems/lucanto/backend.ts [port]`. It knows nothing of the gateway:
 * it checks the key, its scopes and whose data it is by itself, for every request.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import {
  type Call,
  createProduct,
  type Product,
  Refusal,
  type Reply,
  type Routes,
  runByHand,
} from '../product.ts'
import { type Data, type Invoice, sampleData } from './data.ts'

/** The product, and what its own settings page would offer. */
export interface Lucanto extends Product {
  readonly data: Data
  /** Makes a personal access token of somebody of an account, `acc_north` by default. */
  readonly pat: (scopes: readonly string[], account?: string) => string
  /** Ends a token in the product. */
  readonly revoke: (token: string) => void
}

interface Key {
  readonly account: string
  readonly scopes: readonly string[]
}

const TIERS = ['read', 'write', 'manage']

export function createLucanto(): Lucanto {
  const data = sampleData()
  const keys = new Map<string, Key>()
  const authenticate = (headers: IncomingHttpHeaders): Key => {
    const token = /^Bearer (lct_pat_\w+)$/.exec(headers.authorization ?? '')?.[1]
    const key = token === undefined ? undefined : keys.get(token)
    if (key === undefined) throw new Refusal(401, 'unauthorized', 'The token is missing, wrong or revoked.')
    return key
  }
  return {
    ...createProduct({ base: '/api/v1', authenticate, routes: routes(data, keys) }),
    data,
    pat(scopes, account = 'acc_north') {
      const token = `lct_pat_${randomBytes(18).toString('hex')}`
      keys.set(token, { account, scopes })
      return token
    },
    revoke: token => void keys.delete(token),
  }
}

function routes(data: Data, keys: ReadonlyMap<string, Key>): Routes<Key> {
  const own = (key: Key, workspace: string) =>
    data.workspaces.some(({ id, account }) => id === workspace && account === key.account)
  const invoiceOf = ({ caller, parameters }: Call<Key>): Invoice => {
    const invoice = data.invoices.get(parameters.id ?? '')
    if (invoice === undefined || !own(caller, invoice.workspace_id)) throw missing()
    return invoice
  }
  const keep = (invoice: Invoice): Reply => {
    data.invoices.set(invoice.id, invoice)
    return { body: invoice }
  }
  return {
    'GET /me': ({ caller }) => ({
      body: {
        user: { id: `usr_${caller.account}`, name: 'Mia' },
        account: { id: caller.account },
        token: { scopes: caller.scopes },
      },
    }),
    'GET /tokens': scoped('manage:tokens', ({ caller }) => ({
      body: { data: [...keys.values()].filter(({ account }) => account === caller.account) },
    })),
    'GET /workspaces': scoped('read:workspaces', ({ caller }) => ({
      body: { data: data.workspaces.filter(({ account }) => account === caller.account) },
    })),
    'GET /contacts': scoped('read:contacts', ({ caller, query }) => {
      const workspace = query.get('workspace_id') ?? ''
      if (!own(caller, workspace)) throw missing()
      return { body: { data: [...data.contacts.values()].filter(item => item.workspace_id === workspace) } }
    }),
    'POST /contacts': scoped('write:contacts', ({ caller, body }) => {
      const { workspace_id, name, email } = membersOf(body)
      if (!own(caller, String(workspace_id))) throw missing()
      const id = `con_${data.contacts.size + 1}`
      const contact = { id, workspace_id: String(workspace_id), name: String(name), email: String(email) }
      data.contacts.set(id, contact)
      return { status: 201, body: contact }
    }),
    'GET /invoices': scoped('read:invoices', ({ caller, query }) => {
      const [workspace, status] = [query.get('workspace_id') ?? '', query.get('status')]
      if (!own(caller, workspace)) throw missing()
      const found = [...data.invoices.values()].filter(item => item.workspace_id === workspace)
      return { body: { data: found.filter(item => status === null || item.status === status) } }
    }),
    'POST /invoices': scoped('write:invoices', ({ caller, body }) => {
      const { workspace_id, contact_id, amount, memo = '' } = membersOf(body)
      if (!own(caller, String(workspace_id))) throw missing()
      const invoice = { workspace_id: String(workspace_id), contact_id: String(contact_id), number: null }
      const id = `inv_${data.invoices.size + 1}`
      const made = { ...invoice, id, status: 'draft' as const, amount: Number(amount), memo: String(memo) }
      return { ...keep(made), status: 201 }
    }),
    'GET /invoices/{id}': scoped('read:invoices', call => ({ body: invoiceOf(call) })),
    'PATCH /invoices/{id}': scoped('write:invoices', call => {
      const invoice = invoiceOf(call)
      if (invoice.status !== 'draft') throw new Refusal(409, 'not_a_draft', 'Only drafts can be changed.')
      return keep({ ...invoice, ...membersOf(call.body) })
    }),
    'DELETE /invoices/{id}': scoped('manage:invoices', call => {
      data.invoices.delete(invoiceOf(call).id)
      return { status: 204 }
    }),
    'GET /invoices/{id}/pdf-url': scoped('read:invoices', call => ({
      body: {
        url: `https://files.lucanto.example/${invoiceOf(call).id}.pdf?signature=5f1c`,
        expires_at: '2026-01-01T00:15:00Z',
      },
    })),
    'POST /invoices/{id}/issue': scoped('manage:invoices', call => {
      const invoice = invoiceOf(call)
      if (invoice.status !== 'draft') throw new Refusal(409, 'not_a_draft', 'It has been issued before.')
      return keep({ ...invoice, status: 'issued', number: `2026-${data.invoices.size}` })
    }),
    'POST /invoices/{id}/mark-paid': scoped('manage:invoices', call => {
      const invoice = invoiceOf(call)
      if (invoice.status !== 'issued') throw new Refusal(409, 'not_issued', 'Issue it first.')
      return keep({ ...invoice, status: 'paid' })
    }),
    'POST /invoices/{id}/send': scoped('manage:invoices', call => {
      const invoice = invoiceOf(call)
      const to = data.contacts.get(invoice.contact_id)?.email ?? ''
      data.sent.push({ invoice: invoice.id, to })
      return { status: 202, body: { id: invoice.id, to } }
    }),
  }
}

function scoped(needed: string, handle: (call: Call<Key>) => Reply): (call: Call<Key>) => Reply {
  return call => {
    if (call.caller.scopes.some(scope => includes(scope, needed))) return handle(call)
    throw new Refusal(403, 'insufficient_scope', `This needs ${needed}.`)
  }
}

/** `manage` includes `write` includes `read`; `*` is every resource, and alone everything. */
function includes(scope: string, needed: string): boolean {
  if (scope === '*') return true
  const [tier = '', resource] = scope.split(':')
  const [wanted = '', of] = needed.split(':')
  return (resource === '*' || resource === of) && TIERS.indexOf(tier) >= TIERS.indexOf(wanted)
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new Refusal(422, 'invalid', 'Send a JSON object.')
}

/** What another account has is not there. */
function missing(): Refusal {
  return new Refusal(404, 'not_found', 'There is no such thing in your workspaces.')
}

if (import.meta.main) {
  const product = createLucanto()
  await runByHand(product, [`Authorization: Bearer ${product.pat(['read:*'])}`])
}
