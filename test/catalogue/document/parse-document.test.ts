import t from 'tap'
import { parseDocument } from '../../../src/catalogue/document/parse-document.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'

const parse = (text: string): JsonObject => parseDocument(text, 'it').document

t.test('YAML as people write it', async t => {
  t.strictSame(parse('\uFEFFd: 2020-01-01\nt: 12:30:00\ny: yes\nn: ~\nf: 1e3\no: 0o17\nr: 3.0\n'), {
    d: '2020-01-01',
    t: '12:30:00',
    y: 'yes',
    n: null,
    f: 1000,
    o: 15,
    r: 3,
  })
  t.strictSame(parse('base: &b { x: 1, y: 2 }\na:\n  <<: *b\n  y: 3\n'), {
    base: { x: 1, y: 2 },
    a: { x: 1, y: 3 },
  })
  t.strictSame(parse('200: ok\n1: { true: a }\n'), { 200: 'ok', 1: { true: 'a' } })
  t.strictSame(parse('a: 1\nb: 2\na: 3\n'), { a: 3, b: 2 }, 'the last of a key that is there twice')
  t.strictSame(parse('{"a": 1, "a": 2}'), { a: 2 })
  t.strictSame(parse('{a: [1, 2], }'), { a: [1, 2] }, 'flow style')
})

t.test('odd YAML is read too, without its odd values', async t => {
  t.match(parse('a: !custom x\nb: { c: !!binary aGk= }\n'), { a: 'x', b: { c: {} } })
  t.match(parse('? [1, 2]\n: x\nb: 1\n'), { b: 1 })
  t.match(parse('a: !!set { x, y }\n'), { a: {} })
})

t.test('what is no document is refused with the line, and none of its text', async t => {
  const cases: [string, RegExp][] = [
    ['', /^it: empty\.$/],
    [' \n', /^it: empty\.$/],
    ['a: 1\nb: [\n', /line \d+/],
    ['password: hunter2\n  x: y: z\n', /line 2/],
    ['just text', /not an object/],
    ['- 1', /not an object/],
  ]
  for (const [text, message] of cases) {
    t.throws(() => parse(text), { code: 'document_invalid', message }, text)
    t.throws(() => parse(text), { message: /^(?!.*hunter2)/s })
  }
})

t.test('aliases may share values, but not stand for endlessly many', async t => {
  t.strictSame(parse(`a: &a { x: 1 }\nl: [${Array(5_000).fill('*a').join(', ')}]\n`).a, { x: 1 })
  let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n'
  for (let i = 1; i < 12; i++)
    bomb += `a${i}: &a${i} [${Array(10)
      .fill(`*a${i - 1}`)
      .join(', ')}]\n`
  t.throws(() => parse(bomb), { code: 'document_invalid', message: /aliases stand for far more than/ })
  const text = `t: &t ${'x'.repeat(100_000)}\nl: [${Array(1_000).fill('*t').join(', ')}]\n`
  t.throws(() => parse(text), { code: 'document_invalid', message: /aliases stand for far more than/ })
  let merged = 'm0: &m0 { k: 1 }\n'
  for (let i = 1; i < 400; i++) merged += `m${i}: &m${i} { <<: *m${i - 1}, k${i}: ${i} }\n`
  t.equal(Object.keys(parse(merged).m399 as object).length, 400)
  t.throws(() => parse('a: &a { b: *a }'), { message: /contains itself|neither/ })
})

t.test('nesting is bounded, in JSON and in YAML', async t => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  t.doesNotThrow(() => parse(nested(500)))
  t.throws(() => parse(nested(600)), { message: /nested deeper than 512/ })
  t.throws(() => parse(`x: ${nested(600).replaceAll('"', '')}`), { code: 'document_invalid' })
  const blocks = Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')
  t.throws(() => parse(blocks), { code: 'document_invalid' })
})

t.test('it is known whether anything leads out of the document', async t => {
  const leads = (text: string) => parseDocument(text, 'it').refersByName
  t.notOk(leads('{"a":{"$ref":"#/b"},"b":{"$id":{},"$ref":{}}}'))
  t.ok(leads('{"a":{"$ref":"b.json"}}'))
  t.ok(leads('a: { $id: x }'))
  t.ok(leads('$self: x'))
})
