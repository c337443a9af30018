import t from 'tap'
import { knownScopes } from '../../../src/oauth/scopes/known-scopes.ts'
import { createPolicy } from '../../../src/policy/decide.ts'
import { BILLING_TOOLS } from '../billing-tools.ts'

const policy = createPolicy({ scopes: { clerk: { allow: ['read:invoices'] } }, scopeHierarchy: true })

function known(asked: readonly string[], offered: readonly string[]): readonly string[] {
  return knownScopes(asked, offered, BILLING_TOOLS, policy)
}

t.test('what is offered is known, and what lies within it', async t => {
  t.same(known(['read:*'], ['read:*', 'write:*']), ['read:*'])
  t.same(known(['read:invoices', 'read:contacts'], ['read:*']), ['read:invoices', 'read:contacts'])
  t.same(known(['clerk'], ['read:*']), ['clerk'], 'a declared name stands for what it allows')
})

t.test('what is more than is offered, or nothing, is not', async t => {
  t.same(known(['*', 'write:*', 'read:*'], ['read:invoices']), [])
  t.same(known(['admin', '', 'READ:*', 'read:invoices '], ['read:*']), [])
  t.same(known([], ['read:*']), [])
})

t.test('what opens no tool is not, although it is offered', async t => {
  t.same(known(['read:payroll', 'read:invoices'], ['read:*']), ['read:invoices'])
  t.same(known(['manage:payroll'], ['manage:*']), [])
})
