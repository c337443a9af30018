import t from 'tap'
import { MAX_DEPTH, parseJson } from '../../src/mcp/parse-json.ts'

const parse = (text: string) => parseJson(Buffer.from(text))

t.test('what is JSON', async t => {
  t.strictSame(parse(' {"a":[1,"ü","\\u0000"]}\r\n'), { a: [1, 'ü', '\0'] })
  t.equal(parse('"__proto__"'), '__proto__', 'as a value it is harmless')
  t.same(
    parse(`${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`),
    JSON.parse('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)),
  )
})

t.test('what is none', async t => {
  for (const text of ['', ' ', '{', "{'a':1}", 'NaN', '{"a":1}x', '\ufeff{}', '// x']) {
    t.throws(() => parse(text), { code: 'parse_error' }, JSON.stringify(text))
  }
  t.throws(() => parseJson(Buffer.from([0x22, 0xff, 0x22])), { code: 'parse_error' })
  t.throws(
    () => parseJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])),
    { code: 'parse_error' },
    'lone surrogate',
  )
})

t.test('what is too deep, also when it would overflow a stack', async t => {
  for (const depth of [MAX_DEPTH + 1, 100_000]) {
    t.throws(() => parse('['.repeat(depth) + ']'.repeat(depth)), { code: 'invalid_request' })
    t.throws(() => parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`), { code: 'invalid_request' })
  }
})

t.test('what would poison a prototype, however it is spelled', async t => {
  for (const text of ['{"__proto__":1}', '{"a":[{"\\u005f_proto__":{}}]}', '{"__pro\\u0074o__":null}']) {
    t.throws(() => parse(text), { code: 'invalid_request' }, text)
  }
})
