import fc from 'fast-check'
import t from 'tap'
import { parseUniqueJson } from '../../../src/auth/jwt/parse-unique-json.ts'

t.test('what JSON.parse takes, it takes', async t => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      t.strictSame(parseUniqueJson(text), JSON.parse(text))
    }),
  )
})

t.test('a member that comes twice', async t => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"a" : 1, "a"\n:2}',
    '{"a":{"b":1,"c":[{"d":1,"d":2}]}}',
    '[{"a":1},{"b":1,"b":2}]',
    '{"__proto__":1,"__proto__":2}',
    '{"a":"}","a":1}',
    '{"":1,"":2}',
    '{"a\\"":1,"a\\"":2}',
  ]) {
    t.doesNotThrow(() => JSON.parse(text), text)
    t.equal(parseUniqueJson(text), undefined, text)
  }
})

t.test('the same name in different objects, or as a value, is no duplicate', async t => {
  for (const text of [
    '{"a":"a","b":["a","a",{"a":1},{"a":1}],"c":{"a":{"a":1}}}',
    '["a","a"]',
    '{"a":"\\"b\\":1,\\"b\\":2"}',
    '{"a":"{","b":"[","c":"\\\\"}',
    '"a"',
  ]) {
    t.strictSame(parseUniqueJson(text), JSON.parse(text), text)
  }
})

t.test('no JSON', async t => {
  for (const text of ['', '{', '{"a":1}}', "{'a':1}", 'undefined', '{"a":1,}', '\ufeff{}']) {
    t.equal(parseUniqueJson(text), undefined, text)
  }
})

t.test('deep nesting needs no stack of ours', async t => {
  t.ok(parseUniqueJson(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))
})
