import t from 'tap'
import { canonicalJson } from '../../src/elicitation/canonical-json.ts'

t.test('one value has one text, whatever the order of members', async t => {
  t.equal(canonicalJson({ b: [1, { y: null, x: 'ü' }], a: true }), '{"a":true,"b":[1,{"x":"ü","y":null}]}')
  t.equal(
    canonicalJson(JSON.parse('{"10":1,"9":2,"__proto__":{"b":1,"a":2}}')),
    '{"10":1,"9":2,"__proto__":{"a":2,"b":1}}',
  )
  t.equal(canonicalJson({ a: undefined }), canonicalJson({}))
})

t.test('different values have different texts', async t => {
  const values = [
    ...[
      null,
      true,
      0,
      1,
      '1',
      '',
      'null',
      [],
      {},
      [[]],
      [{}],
      { a: [] },
      { a: {} },
      { a: null },
      { '': null },
    ],
    ...[['a', 1], [['a', 1]], { a: 1 }, { a: '1' }, { 'a":1,"b': 2 }, { a: 1, b: 2 }, 1.5, 1e21, '\ud800'],
  ]
  t.equal(new Set(values.map(canonicalJson)).size, values.length)
})
