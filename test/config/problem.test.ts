import t from 'tap'
import { formatPath, isSecretPath, shorten } from '../../src/config/problem.ts'

t.test('paths read like code', async t => {
  t.equal(formatPath(['apis', 0, 'tools', 'rules', 1, 'when']), 'apis[0].tools.rules[1].when')
  t.equal(formatPath(['scopes', 'read:x', 'allow', 0]), 'scopes["read:x"].allow[0]')
  t.equal(formatPath([]), '')
})

t.test('shortened text is one harmless line', async t => {
  t.equal(shorten('a\nb\u001b[31mc\u202ed'), 'a b [31mc d')
  t.equal(shorten('x'.repeat(100)).length, 58)
})

t.test('keys that may hold a secret are known', async t => {
  for (const path of [
    ['apis', 0, 'credentials', 'value'],
    ['apis', 0, 'credentials', 0, 'anything'],
    ['store', 'url'],
    ['password'],
    ['clientSecret'],
    ['apiKey'],
  ]) {
    t.ok(isSecretPath(path), formatPath(path))
  }
  for (const path of [['name'], ['publicUrl'], ['apis', 0, 'credentials', 'type'], ['auth', 0, 'prefix']]) {
    t.notOk(isSecretPath(path), formatPath(path))
  }
})
