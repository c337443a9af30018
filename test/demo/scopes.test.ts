import fc from 'fast-check'
import t from 'tap'
import { allows, isScope, narrow, type Role, roleScopes } from '../../src/demo/scopes.ts'

const TIERS = ['read', 'write', 'manage']
const RESOURCES = ['invoices', 'contacts', 'workspaces']
const required = TIERS.flatMap(tier => RESOURCES.map(resource => `${tier}:${resource}`))
const scopes = ['*', ...required, ...TIERS.map(tier => `${tier}:*`)]
const roles: Role[] = ['admin', 'accountant', 'viewer']

t.test('manage includes write, write includes read, only on its resource', async t => {
  t.ok(allows(['manage:invoices'], 'read:invoices'))
  t.ok(allows(['write:*'], 'read:contacts'))
  t.ok(allows(['*'], 'manage:workspaces'))
  t.notOk(allows(['read:invoices'], 'write:invoices'))
  t.notOk(allows(['manage:invoices'], 'read:contacts'))
  t.notOk(allows([], 'read:invoices'))
})

t.test('what is no scope allows nothing', async t => {
  for (const scope of [
    '',
    'read',
    'read:',
    ':invoices',
    'read:invoices:x',
    'READ:invoices',
    'read:all',
    '*:*',
    'x:*',
  ]) {
    t.notOk(isScope(scope), scope)
    t.notOk(allows([scope], 'read:invoices'), scope)
    t.notOk(allows(['*'], scope), scope)
    t.same(narrow([scope], 'admin'), [])
  }
  for (const scope of scopes) t.ok(isScope(scope), scope)
})

t.test('a role narrows a token to the part that both allow', async t => {
  t.same(narrow(['*'], 'admin'), ['*'])
  t.same(narrow(['*'], 'viewer'), ['read:*'])
  t.same(narrow(['manage:invoices'], 'viewer'), ['read:invoices'])
  t.same(narrow(['*'], 'accountant'), ['manage:invoices', 'write:contacts', 'read:workspaces'])
  t.same(narrow(['manage:contacts'], 'accountant'), ['write:contacts'])
})

t.test('narrowing allows exactly what token and role allow, for every token', async () => {
  fc.assert(
    fc.property(fc.subarray(scopes), fc.constantFrom(...roles), (token, role) =>
      required.every(
        scope =>
          allows(narrow(token, role), scope) === (allows(token, scope) && allows(roleScopes(role), scope)),
      ),
    ),
    { numRuns: 300 },
  )
})
