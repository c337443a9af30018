import t from 'tap'
import { compileExpression } from '../../src/config/expression.ts'

const PRINCIPAL = Object.freeze({
  subject: 'u1',
  organization: 'o1',
  roles: Object.freeze(['admin']),
  scopes: Object.freeze(['read:*']),
  scheme: 'token',
  schemeIndex: 0,
  credentialId: 'tok_1',
  expiresAt: undefined,
  client: undefined,
  sequence: undefined,
  issuedAt: undefined,
})
const STRANGER = Object.freeze({ ...PRINCIPAL, organization: undefined, roles: [] })

t.test('an expression yields strings, finite numbers and booleans', async t => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['principal.organization', 'o1'],
    ['"admin" in principal.roles', true],
    ['"other" in principal.roles', false],
    ['principal.roles.exists(role, role.startsWith("adm"))', true],
    ['size(principal.roles)', 1],
    ['principal.subject.matches("^u[0-9]+$")', true],
    ['has(principal.organization) ? principal.organization : "none"', 'o1'],
    ['1.5', 1.5],
    ['principal["subject"]', 'u1'],
  ]
  for (const [source, value] of cases) t.equal(compileExpression(source).evaluate(PRINCIPAL), value, source)
})

t.test('what fails or is no plain value comes out as undefined', async t => {
  const cases = [
    'principal.organization',
    'principal.organization == "o1"',
    'principal.organization != "o1"',
    '!(principal.organization == "o1")',
    'principal.organization + "x"',
    'principal.roles[0]',
    'principal.roles',
    'principal',
    '"u" in principal.subject',
    'principal.subject > 5',
    '1 / 0',
    '1.0 / 0.0',
    '9007199254740993',
  ]
  for (const source of cases) t.equal(compileExpression(source).evaluate(STRANGER), undefined, source)
  t.equal(compileExpression('has(principal.organization)').evaluate(STRANGER), false)
  t.equal(compileExpression('principal.subject').evaluate({}), undefined)
})

t.test('an expression sees nothing but its members', async t => {
  for (const name of ['credentialId', 'expiresAt', 'constructor', '__proto__', 'toString', 'organisation']) {
    t.throws(() => compileExpression(`principal.${name}`), { message: /principal has no/ }, name)
    t.throws(() => compileExpression(`principal["${name}"]`), { message: /principal has no/ }, name)
    t.equal(
      compileExpression(`principal["${name.slice(0, 1)}" + "${name.slice(1)}"]`).evaluate(PRINCIPAL),
      undefined,
    )
    t.throws(() => compileExpression(`has(principal.${name})`), { message: /principal has no/ }, name)
  }
  t.throws(() => compileExpression('principal.rolez'), { message: /did you mean roles\?/ })
  t.throws(() => compileExpression('process.env'), { message: /Unknown variable/ })
})

t.test('what an expression is for is checked by its type', async t => {
  const condition = /yields \w+.*, but true or false is needed/
  for (const source of ['"text"', '1', 'principal.roles.map(r, r)', 'string(principal.subject)']) {
    t.throws(() => compileExpression(source, 'condition'), { message: condition }, source)
  }
  for (const source of ['null', 'b"x"', '[1]', '{"a": 1}', 'timestamp("2020-01-01T00:00:00Z")']) {
    t.throws(() => compileExpression(source, 'value'), { message: /is needed/ }, source)
  }
  t.equal(compileExpression('principal.subject', 'condition').evaluate(PRINCIPAL), 'u1', 'not true: refuses')
})

t.test('mistakes and excesses are errors of one line', async t => {
  const cases = [
    '',
    '1 +',
    '"a" && true',
    'principal.nope()',
    `${'('.repeat(100)}1${')'.repeat(100)}`,
    `[${'1,'.repeat(200)}1].size()`,
    `"${'x'.repeat(3_000)}"`,
    Array.from({ length: 300 }, () => '1').join('+'),
    'principal.subject.matches("(")',
  ]
  for (const source of cases) {
    t.throws(() => compileExpression(source), { message: /^[^\n]+$/ }, source.slice(0, 40))
  }
})

t.test('the caller can’t choose a pattern', async t => {
  for (const source of [
    '"x".matches(principal.subject)',
    'principal.roles.exists(r, "x".matches(r))',
    '"x".matches("a" + principal.subject)',
  ]) {
    t.throws(() => compileExpression(source), { message: /only a pattern that is written out/ }, source)
  }
})

t.test('an expression is frozen and keeps its source', async t => {
  const expression = compileExpression('principal.subject')
  t.ok(Object.isFrozen(expression))
  t.equal(expression.source, 'principal.subject')
})

t.test('flags that nobody could say refuse, whichever way they are asked about', async t => {
  const unknown = { ...PRINCIPAL, flags: undefined }
  const known = { ...PRINCIPAL, flags: Object.freeze(['beta']) }
  for (const [source, value] of [
    ['"beta" in principal.flags', true],
    ['!("other" in principal.flags)', true],
    ['principal.flags.exists(flag, flag.startsWith("be"))', true],
    ['size(principal.flags) == 1', true],
  ] as const) {
    t.equal(compileExpression(source, 'condition').evaluate(known), value, source)
    t.equal(compileExpression(source, 'condition').evaluate(unknown), undefined, source)
  }
})

t.test('an expression tells which members it names', async t => {
  for (const [source, members] of [
    ['1 == 1', []],
    [
      '"a" in principal.roles || principal["flags"].exists(f, f == principal.subject)',
      ['roles', 'flags', 'subject'],
    ],
    ['has(principal.flags) && "a" in principal.flags', ['flags']],
  ] as const) {
    t.same([...compileExpression(source).members].sort(), [...members].sort(), source)
  }
})
