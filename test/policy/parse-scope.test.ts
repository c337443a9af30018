import t from 'tap'
import { parseScope } from '../../src/policy/parse-scope.ts'

t.test('tier and resource, either may be *', async t => {
  t.strictSame(parseScope('read:invoices'), { tier: 'read', resource: 'invoices' })
  t.strictSame(parseScope('manage:line-items_v2.1'), { tier: 'manage', resource: 'line-items_v2.1' })
  t.strictSame(parseScope('write:*'), { tier: 'write', resource: '*' })
  t.strictSame(parseScope('*:invoices'), { tier: '*', resource: 'invoices' })
  t.strictSame(parseScope('*:*'), { tier: '*', resource: '*' })
  t.strictSame(parseScope('read:__proto__'), { tier: 'read', resource: '__proto__' })
})

t.test('everything else is opaque', async t => {
  for (const scope of [
    '*',
    '',
    ':',
    'read',
    'read:',
    ':invoices',
    'Read:invoices',
    'READ:invoices',
    'read:in*',
    'read:invoices:lines',
    'read:**',
    'delete:invoices',
    'read:invoices\n',
    ' read:invoices',
    'read:inv oices',
    'constructor:invoices',
    'read:rechnüngen',
  ]) {
    t.equal(parseScope(scope), undefined, JSON.stringify(scope))
  }
})
