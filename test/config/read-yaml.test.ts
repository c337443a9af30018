// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import t from 'tap'
import { readYaml } from '../../src/config/read-yaml.ts'

t.test('braces of placeholders and path templates survive in every style', async t => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['a: ${X}', { a: '${X}' }],
    ['{ a: ${X}, b: x-${Y:-1 2} }', { a: '${X}', b: 'x-${Y:-1 2}' }],
    ['{ a: /orgs/{id}/** }', { a: '/orgs/{id}/**' }],
    ['[/a/{b}/{c}, "${X}", \'{d}\']', ['/a/{b}/{c}', '${X}', '{d}']],
    ['a: |\n  ${X}\n  /x/{y}\n', { a: '${X}\n/x/{y}\n' }],
    ['{ "${X}": 1, /a/{b}: 2 }', { '${X}': 1, '/a/{b}': 2 }],
    ['{ a: {b: c} }', { a: { b: 'c' } }],
    ['[{a: 1},{b: 2}]', [{ a: 1 }, { b: 2 }]],
    ['a: $${X}', { a: '$${X}' }],
    ['a: \u{e000}', { a: '\u{e000}' }],
  ]
  for (const [text, value] of cases) {
    const content = readYaml(text)
    t.same(content.problems, [], text)
    t.same(content.value, value, text)
  }
})

t.test('the core schema of YAML 1.2: no surprising types', async t => {
  t.same(readYaml('[yes, no, on, 012, 0x10, 1_000, 2020-01-01, ~, null, true, "1"]').value, [
    'yes',
    'no',
    'on',
    12,
    16,
    '1_000',
    '2020-01-01',
    null,
    null,
    true,
    '1',
  ])
})

t.test('lines are found through aliases, merges and missing parts', async t => {
  const { lineOf } = readYaml(`a: &a
  b:
    - c: 1
    - 2
d: *a
e:
  <<: [*a]
  f: 3
`)
  const cases: readonly (readonly [(string | number)[], number])[] = [
    [['a'], 1],
    [['a', 'b', 0, 'c'], 3],
    [['a', 'b', 1], 4],
    [['a', 'b', 7], 2],
    [['d', 'b', 1], 4],
    [['e', 'b', 0, 'c'], 3],
    [['e', 'f'], 8],
    [['e', 'nope', 'deeper'], 6],
    [[], 1],
  ]
  for (const [path, line] of cases) t.equal(lineOf(path), line, path.join('.'))
})

t.test('a run of syntax errors is one problem, duplicate keys are one each', async t => {
  t.equal(readYaml('a: {b: {c} d} e}\nf: ]]\n').problems.length, 1)
  t.match(readYaml('a: 1\na: 2\nb: 1\nb: 2\n').problems, [{ line: 2 }, { line: 4 }])
})
