import t from 'tap'
import { meetScopes } from '../../../src/oauth/scopes/meet-scopes.ts'

t.test('what two scopes have in common', async t => {
  for (const [a, b, common] of [
    ['read:*', '*:invoices', 'read:invoices'],
    ['write:*', 'read:invoices', 'read:invoices'],
    ['*', 'write:x', 'write:x'],
    ['*:*', '*', '*:*'],
    ['read:a', 'read:b', undefined],
    ['read:a', 'opaque', undefined],
  ] as const) {
    t.equal(meetScopes(a, b, true), common, `${a} and ${b}`)
    t.equal(meetScopes(b, a, true), common, `${b} and ${a}`)
  }
  t.equal(meetScopes('write:a', 'read:a', false), undefined, 'without a hierarchy')
  t.equal(meetScopes('*:a', 'write:*', false), 'write:a')
})
