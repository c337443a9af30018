import t from 'tap'
import { compileExpression } from '../../src/config/expression.ts'
import { createPolicy } from '../../src/policy/decide.ts'
import { isOpenTo } from '../../src/policy/is-open-to.ts'
import { makePrincipal } from './make-tool.ts'

const policy = createPolicy({
  scopes: { 'acme:reader': { allow: ['read:*'] } },
  scopeHierarchy: true,
})
const when = (source: string) => compileExpression(source, 'condition')
const isOpen = (held: string[], scopes: string[], condition?: string, roles: string[] = []) =>
  isOpenTo(policy, makePrincipal(held, roles), {
    scopes,
    when: condition === undefined ? undefined : when(condition),
  })

t.test('without scopes and condition it is everybody’s who has signed in', async t => {
  t.ok(isOpen([], []))
})

t.test('all scopes are needed, and are held as those of tools are', async t => {
  t.ok(isOpen(['read:invoices'], ['read:invoices']))
  t.ok(isOpen(['write:invoices'], ['read:invoices']), 'a higher tier has the lower one')
  t.ok(isOpen(['acme:reader'], ['read:invoices', 'read:plans']), 'a declared name gives what it allows')
  t.ok(isOpen(['*'], ['anything']))
  t.notOk(isOpen(['read:invoices'], ['read:invoices', 'read:plans']))
  t.notOk(isOpen(['acme:reader'], ['write:invoices']))
  t.notOk(isOpen([], ['read:invoices']))
})

t.test('the condition counts after the scopes, and only exactly true meets it', async t => {
  const staff = '"staff" in principal.roles'
  t.ok(isOpen(['read:x'], ['read:x'], staff, ['staff']))
  t.notOk(isOpen(['read:x'], ['read:x'], staff))
  t.notOk(isOpen([], ['read:x'], staff, ['staff']))
  t.notOk(isOpen(['*'], [], '"beta" in principal.flags'), 'nobody said which flags there are')
  t.notOk(isOpen(['*'], [], '!("beta" in principal.flags)'), 'and not the other way around')
  t.notOk(isOpen(['*'], [], 'principal.subject'), 'a text is no yes')
})
