import t from 'tap'
import { flawless, lintPaths } from './lint-paths.ts'

const rules = (findings: readonly { readonly rule: string }[]) => findings.map(({ rule }) => rule).sort()
const one = (more: object, path = '/things') => ({ [path]: { get: flawless('listThings', more) } })
const body = (schema: object) => ({ content: { 'application/json': { schema } } })

t.test('nothing to say about a flawless operation', async t => {
  t.same(lintPaths(one({})), [])
})

t.test('each flaw is found, with its place and what to do', async t => {
  const cases: readonly [flaw: object, rule: string, severity: string, message: RegExp][] = [
    [{ summary: undefined }, 'description-missing', 'warning', /method and path only/],
    [{ summary: '<b></b> ' }, 'description-missing', 'warning', /no description/],
    [{ summary: 'List' }, 'description-short', 'warning', /"List\." says next to nothing/],
    [
      { description: 'many words '.repeat(200) },
      'description-long',
      'info',
      /is cut after 1\d\d\d characters/,
    ],
    [{ operationId: undefined }, 'operation-id-missing', 'warning', /no operationId/],
    [{ deprecated: true }, 'deprecated', 'info', /marks it deprecated/],
    [{ responses: {} }, 'response-schema-missing', 'info', /no response has a schema/],
    [
      { responses: { 200: { description: 'ok', content: { 'application/json': {} } } } },
      'response-schema-missing',
      'info',
      /no response/,
    ],
    [{ operationId: 'aVery'.repeat(20) }, 'name-shortened', 'warning', /too long and is cut: a_very/],
    [{ operationId: 'deleteThings' }, 'tier-from-name', 'info', /a GET whose name says/],
    [{ 'x-mcp': { scope: 'public' } }, 'tier-from-document', 'warning', /lets in whoever has public/],
    [
      { parameters: [{ name: 'q', in: 'query', schema: { type: 'string' } }] },
      'argument-description-missing',
      'info',
      /an argument without a description: q$/,
    ],
    [
      { parameters: [{ name: 'a<', description: 'Less', in: 'query', schema: { type: 'string' } }] },
      'argument-alias',
      'info',
      /"a<" as a_lt/,
    ],
  ]
  for (const [flaw, rule, severity, message] of cases) {
    const findings = lintPaths(one(flaw))
    t.match(
      findings,
      [
        {
          rule,
          severity,
          message,
          api: 'billing',
          pointer: '#/paths/~1things/get',
          operation: 'GET /things',
        },
      ],
      rule,
    )
    t.equal(findings.length, 1, `${rule} alone: ${rules(findings)}`)
  }
})

t.test('what is skipped is an error with its reason and a fix, what is hidden is good to know', async t => {
  const skipped = lintPaths({ '/x': { trace: flawless('x') } })
  t.match(skipped, [
    { rule: 'skipped', severity: 'error', tool: undefined, message: /^skipped: .*TRACE/, fix: /\w/ },
  ])
  t.match(lintPaths(one({ 'x-mcp': false })), [{ rule: 'excluded', severity: 'info' }])
})

t.test('operations that share an operationId, and the names that come of it', async t => {
  const paths = {
    '/a': { get: flawless('same') },
    '/b': { get: flawless('same') },
    '/c': { get: flawless('getFacade') },
  }
  t.match(lintPaths(paths), [
    { rule: 'operation-id-duplicate', pointer: '#/paths/~1a/get', message: /2 operations/ },
    { rule: 'operation-id-duplicate', pointer: '#/paths/~1b/get' },
    { rule: 'name-duplicate', message: 'another tool has the name same, so this one is same_2' },
  ])
  t.equal(lintPaths(paths).length, 3, 'a name that only looks like a hash is none')
})

t.test('alternatives at the root of a body, and definitions of many words', async t => {
  const described = (names: readonly string[]) =>
    Object.fromEntries(names.map(name => [name, { type: 'string', description: 'A long word. '.repeat(20) }]))
  const object = (names: readonly string[]) => ({ type: 'object', properties: described(names) })
  const union = {
    '/a': { post: flawless('makeA', { requestBody: body({ oneOf: [object(['b']), object(['c'])] }) }) },
  }
  t.ok(rules(lintPaths(union)).includes('root-union'))
  const many = Array.from({ length: 60 }, (_, index) => `member${index}`)
  t.same(rules(lintPaths({ '/a': { post: flawless('makeA', { requestBody: body(object(many)) }) } })), [
    'definition-large',
  ])
})

t.test('fields of forms and parts with another name than on the wire are told', async t => {
  const schema = { type: 'object', properties: { 'ids[]': { type: 'array', items: { type: 'string' } } } }
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
    const post = flawless('createThing', { requestBody: { content: { [type]: { schema } } } })
    const aliased = lintPaths({ '/things': { post } }).filter(({ rule }) => rule === 'argument-alias')
    t.match(aliased, [{ message: /"ids\[\]" as ids$/ }], type)
  }
})
