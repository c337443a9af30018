import t from 'tap'
import { stepUpScopes } from '../../../src/oauth/scopes/step-up-scopes.ts'
import { createPolicy } from '../../../src/policy/decide.ts'

const DECLARED = {
  'invoices.read': { allow: ['read:invoices'] },
  'payroll.run': { allow: ['manage:payroll'] },
}
const plain = createPolicy({ scopes: {}, scopeHierarchy: true })
const named = createPolicy({ scopes: DECLARED, scopeHierarchy: true })

t.test('N15: a step up names what is granted, and the least that is missing, in one', async t => {
  const offered = ['manage:*', 'write:*', 'read:*', 'payments']
  const ask = (missing: readonly string[], granted: readonly string[] = ['read:*']) =>
    stepUpScopes(missing, granted, offered, plain)
  t.same(ask(['write:invoices']), ['read:*', 'write:invoices'])
  t.same(ask(['write:contacts', 'manage:contacts']), ['read:*', 'write:contacts', 'manage:contacts'])
  t.same(ask(['payments', 'write:invoices'], []), ['payments', 'write:invoices'])
  t.same(ask(['secrets']), ['read:*', 'secrets'], 'nobody offers it')
  t.same(ask(['payments'], ['read:invoices', 'old']), ['read:invoices', 'payments'], 'old is offered no more')
})

t.test('a name that the product gave is asked for where only it gives what is missing', async t => {
  t.same(stepUpScopes(['manage:payroll'], [], ['invoices.read', 'payroll.run'], named), ['payroll.run'])
  const nested = createPolicy({
    scopes: { ...DECLARED, everything: { allow: ['payroll.run', 'invoices.read', 'write:*'] } },
    scopeHierarchy: true,
  })
  t.same(stepUpScopes(['manage:payroll'], [], ['everything', 'payroll.run'], nested), ['payroll.run'])
})
