import fc from 'fast-check'
import t from 'tap'
import { createPolicy, decide } from '../../src/policy/decide.ts'
import { visibleTools } from '../../src/policy/visible-tools.ts'
import { makePrincipal, makeTool } from './make-tool.ts'

const policy = createPolicy({ scopes: {}, scopeHierarchy: true })
const tools = Object.freeze([
  makeTool('list_invoices', 'read:invoices'),
  makeTool('create_invoice', 'write:invoices'),
  makeTool('delete_invoice', 'manage:invoices'),
  makeTool('list_contacts', 'read:contacts'),
  makeTool(
    'export_ledger',
    'read:ledger',
    principal => 'roles' in principal && String(principal.roles) === 'accountant',
  ),
])
const names = (scopes: string[], roles?: string[]) =>
  visibleTools(policy, makePrincipal(scopes, roles), tools).map(tool => tool.name)

t.test('N15: a read:invoices token sees the read tools of invoices only', async t => {
  t.strictSame(names(['read:invoices']), ['list_invoices'])
})

t.test('the selection’s order is kept', async t => {
  t.strictSame(names(['list_contacts', 'write:invoices']), [
    'list_invoices',
    'create_invoice',
    'list_contacts',
  ])
  t.strictSame(
    names(['*'], ['accountant']),
    tools.map(tool => tool.name),
  )
  t.strictSame(names([]), [])
})

t.test('callers who see the same share one frozen list; others and other selections do not', async t => {
  const one = visibleTools(policy, makePrincipal(['read:*']), tools)
  t.equal(visibleTools(policy, makePrincipal(['read:invoices', 'read:contacts']), tools), one)
  t.ok(Object.isFrozen(one))
  t.not(visibleTools(policy, makePrincipal(['read:*'], ['accountant']), tools), one)
  t.not(visibleTools(policy, makePrincipal(['read:*']), tools.slice(1)), one)
  const other = createPolicy({ scopes: { 'read:*': { allow: ['read:contacts'] } }, scopeHierarchy: true })
  const caller = makePrincipal(['read:*'])
  t.equal(visibleTools(policy, caller, tools).length, 2)
  t.equal(visibleTools(other, caller, tools).length, 1, 'after a reload the new rules count')
})

t.test('property: the list holds exactly what the call would allow', async t => {
  const scope = fc.constantFrom(
    '*',
    'read:*',
    'write:*',
    'write:invoices',
    'manage:invoices',
    'list_contacts',
    'x',
  )
  fc.assert(
    fc.property(fc.array(scope), fc.boolean(), (scopes, accountant) => {
      const principal = makePrincipal(scopes, accountant ? ['accountant'] : [])
      const visible = new Set(visibleTools(policy, principal, tools))
      return tools.every(tool => visible.has(tool) === decide(policy, principal, tool).allow)
    }),
  )
  t.pass()
})
