// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import t from 'tap'
import { substitute } from '../../src/config/substitute.ts'

function text(input: string, env: NodeJS.ProcessEnv): unknown {
  const { value, findings } = substitute(input, env)
  return findings.length > 0 ? findings.map(finding => finding.message) : value
}

t.test('placeholders anywhere in a string are filled in', async t => {
  const env = { A: 'one', B: 'two', EMPTY: '', TRICKY: '${A} $& $1 $$' }
  const cases: readonly (readonly [string, unknown])[] = [
    ['${A}', 'one'],
    ['Bearer ${A}-${B}', 'Bearer one-two'],
    ['${NOPE:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${EMPTY}', ''],
    ['${NOPE:-}', ''],
    ['${A:-fallback}', 'one'],
    ['${NOPE:-http://a:1/b?c}', 'http://a:1/b?c'],
    ['$${A}', '${A}'],
    ['$${A} ${A}', '${A} one'],
    ['$A $ {A} $1', '$A $ {A} $1'],
    ['${TRICKY}', '${A} $& $1 $$'],
  ]
  for (const [input, expected] of cases) t.equal(text(input, env), expected, input)
})

t.test('a variable that is not set and a malformed placeholder are findings', async t => {
  t.same(text('${A} ${B}', { A: 'x' }), ['the environment variable B is not set'])
  t.same(text('${A} ${B}', {}), [
    'the environment variable A is not set',
    'the environment variable B is not set',
  ])
  for (const input of ['${', '${}', '${1A}', '${A B}', '${A:?no}', '${A', '${A:-${B}}']) {
    t.match(text(input, { A: 'x', B: 'y' }), [/no placeholder|not set/], input)
  }
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    t.same(text(`\${${name}}`, {}), [`the environment variable ${name} is not set`])
  }
})

t.test('structure, keys and other scalars stay as they are', async t => {
  const input = { '${A}': ['${A}', 1, true, null, { b: '${A}' }] }
  const { value, sources, whole } = substitute(input, { A: '{ injected: true }' })
  const filled = '{ injected: true }'
  t.same(value, { '${A}': [filled, 1, true, null, { b: filled }] })
  t.same([...whole], ['["${A}"][0]', '["${A}"][4].b'])
  t.equal(sources.get('["${A}"][0]'), '${A}')
  t.same(input, { '${A}': ['${A}', 1, true, null, { b: '${A}' }] }, 'the input is left alone')
})

t.test('a key __proto__ is refused and changes no prototype', async t => {
  const { value, findings } = substitute(JSON.parse('{ "__proto__": { "polluted": true } }'), {})
  t.match(findings, [{ path: ['__proto__'], message: 'not a key' }])
  t.notOk(Object.hasOwn(value as object, 'polluted') || 'polluted' in (value as object))
})

t.test('circles, depth and number of values are bounded', async t => {
  const circle: unknown[] = []
  circle.push(circle)
  t.match(substitute(circle, {}).findings, [{ message: /holds the alias itself/ }])
  let deep: unknown = 'x'
  for (let level = 0; level < 100; level++) deep = [deep]
  t.match(substitute(deep, {}).findings, [{ message: /levels deep/ }])
  const shared = Array.from({ length: 1_000 }, () => 'x')
  const wide = Array.from({ length: 1_000 }, () => shared)
  const { findings } = substitute(wide, {})
  t.match(findings, [{ message: /values once aliases are written out/ }])
  t.equal(findings.length, 1, 'said once')
})
