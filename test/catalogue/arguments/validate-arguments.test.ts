import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

function toolFor(schema: JsonObject, components: JsonObject = {}) {
  const document = { components: { schemas: components } }
  return onlyTool(compileOperation({ operationId: 'op', requestBody: jsonBody(schema) }, { document }))
}

const invoice = toolFor({
  type: 'object',
  required: ['customer', 'lines'],
  properties: {
    customer: { type: 'string', format: 'uuid' },
    currency: { type: 'string', enum: ['EUR', 'USD'] },
    password: { type: 'string', minLength: 12 },
    secretNote: { type: 'string', writeOnly: true, maxLength: 5 },
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['quantity'],
        properties: { quantity: { type: 'integer', minimum: 1, example: 3 } },
      },
    },
  },
})
const customer = '123e4567-e89b-42d3-a456-426614174000'

t.test('valid arguments have no problem', async t => {
  t.strictSame(invoice.validate({ customer, lines: [{ quantity: 1 }] }), [])
})

t.test('each failing argument is named, with what was expected, received and an example', async t => {
  const problems = invoice.validate({ currency: 'GBP', lines: [{ quantity: 0 }, {}], extra: 1 })
  const byPath = new Map(problems.map(problem => [problem.path, problem]))
  t.strictSame([...byPath.keys()].sort(), [
    '/currency',
    '/customer',
    '/extra',
    '/lines/0/quantity',
    '/lines/1/quantity',
  ])
  t.match(byPath.get('/customer'), {
    expected: /required/,
    received: undefined,
    example: customer.replace(/.*/, String),
  })
  t.match(byPath.get('/currency'), { expected: 'one of "EUR", "USD"', received: '"GBP"', example: 'EUR' })
  t.match(byPath.get('/lines/0/quantity'), { expected: 'a number >= 1', received: '0', example: 3 })
  t.match(byPath.get('/lines/1/quantity'), { expected: 'a value, an integer: it is required', example: 3 })
  t.match(byPath.get('/extra'), { expected: /nothing of this name; there are "customer"/, received: '1' })
})

t.test('an example of the document that the check would refuse is never offered', async t => {
  const tool = toolFor({
    type: 'object',
    required: ['id', 'when'],
    properties: {
      id: { type: 'string', format: 'uuid', example: '4f4e4e1-c824-4d63-b37a-d8d698862f1d' },
      when: { type: 'string', format: 'date', example: '31/01/2026' },
      code: { type: 'string', pattern: '^(?=x)x', example: 'wrong' },
      lines: {
        type: 'array',
        minItems: 1,
        items: { type: 'object', required: ['n'], properties: { n: { type: 'integer', example: '3' } } },
      },
    },
  })
  const problems = tool.validate({ id: '4f4e4e1-c824-4d63-b37a-d8d698862f1d', code: 'y', lines: [] })
  const examples = Object.fromEntries(problems.map(({ path, example }) => [path.slice(1), example]))
  t.strictSame(examples, { id: customer, when: '2026-01-31', code: undefined, lines: [{ n: 1 }] })
  const { code: _, ...fitting } = examples
  t.strictSame(tool.validate(fitting), [])
})

t.test('sensitive values never come back', async t => {
  const problems = invoice.validate({
    customer,
    lines: [{ quantity: 1 }],
    password: 'hunter2',
    secretNote: 'long secret',
    api_key: 'leaked-key',
  })
  t.equal(problems.length, 3)
  t.notMatch(JSON.stringify(problems), /hunter2|long secret|leaked-key/)
})

t.test('long values are shortened', async t => {
  const [problem] = invoice.validate({ customer: 'x'.repeat(900), lines: [{ quantity: 1 }] })
  t.ok((problem?.received ?? '').length < 130)
})

t.test('arguments can’t reach a prototype', async t => {
  const args = JSON.parse('{"__proto__":{"customer":"x"},"constructor":1}') as JsonObject
  const paths = invoice.validate(args).map(({ path }) => path)
  t.ok(paths.includes('/customer'), 'nothing is inherited')
  t.ok(paths.includes('/constructor'))
  t.equal(({} as JsonObject).customer, undefined)
})

t.test('deep arguments are refused before anything recurses over them', async t => {
  const tool = toolFor(
    { type: 'object', properties: { n: { $ref: '#/components/schemas/N' } } },
    { N: { type: 'object', properties: { n: { $ref: '#/components/schemas/N' } } } },
  )
  let deep: JsonObject = {}
  for (let i = 0; i < 200_000; i++) deep = { n: deep }
  t.match(tool.validate(deep), [{ path: '', expected: /64 levels/, received: 'deeper ones' }])
  t.strictSame(tool.validate({ n: { n: { n: {} } } }), [])
})

t.test('a pattern that backtracks without end is stopped', async t => {
  const tool = toolFor({ type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } })
  const start = performance.now()
  t.match(tool.validate({ a: `${'a'.repeat(60)}!` }), [{ expected: /too long to check/ }])
  t.ok(performance.now() - start < 5_000)
  t.strictSame(tool.validate({ a: 'aaa' }), [], 'and works again afterwards')
})

t.test('a recursive schema that branches without end is stopped', async t => {
  const self = { $ref: '#/components/schemas/E' }
  const E = {
    oneOf: [
      { type: 'object', properties: { child: self, kind: { const: 'a' } }, required: ['kind'] },
      { type: 'object', properties: { child: self, kind: { const: 'b' } }, required: ['kind'] },
      { type: 'object', properties: { child: self, kind: { const: 'c' } }, required: ['kind'] },
    ],
  }
  const tool = toolFor({ type: 'object', properties: { e: self } }, { E })
  let e: JsonObject = { kind: 'a' }
  for (let i = 0; i < 60; i++) e = { child: e, kind: 'a' }
  const start = performance.now()
  tool.validate({ e })
  t.ok(performance.now() - start < 5_000)
  t.strictSame(tool.validate({ e: { kind: 'a', child: { kind: 'b' } } }), [])
})

t.test('large lists are checked in linear time and yield few problems', async t => {
  const tool = toolFor({
    type: 'object',
    properties: {
      ids: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'object', properties: { a: { type: 'integer' } } },
      },
    },
  })
  const ids = Array.from({ length: 20_000 }, (_, a) => ({ a }))
  t.strictSame(tool.validate({ ids }), [])
  t.match(tool.validate({ ids: [...ids, { a: 1 }] }), [{ path: '/ids', expected: /twice/ }])
  t.ok(tool.validate({ ids: Array.from({ length: 20_000 }, () => ({ a: 'x' })) }).length <= 20)
})

t.test('decimal steps are no victims of binary fractions', async t => {
  const tool = toolFor({ type: 'object', properties: { amount: { type: 'number', multipleOf: 0.01 } } })
  t.strictSame(tool.validate({ amount: 0.07 }), [])
  t.equal(tool.validate({ amount: 0.075 }).length, 1)
})

const reference = { $ref: '#/components/schemas/Card' }
const card = {
  type: 'object',
  required: ['type', 'number', 'owner'],
  properties: {
    type: { enum: ['card'] },
    number: { type: 'string', example: '4242' },
    owner: { type: 'string' },
  },
}
const bank = {
  type: 'object',
  required: ['type', 'iban'],
  properties: { type: { const: 'bank' }, iban: { type: 'string', format: 'password' } },
}
const payment = toolFor(
  {
    type: 'object',
    properties: {
      pay: { oneOf: [reference, bank] },
      list: { type: 'array', items: { anyOf: [reference, bank] } },
      id: { anyOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] },
      size: { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['small', 'large'] }, { type: 'null' }] },
      loose: {
        anyOf: [
          { type: 'object', required: ['a', 'b'], properties: { a: {}, b: {} } },
          { type: 'object', required: ['c'], properties: { c: { type: 'integer' } } },
        ],
      },
    },
  },
  { Card: card },
)

t.test('of several alternatives, the one that was meant is what is talked about', async t => {
  const paths = (args: JsonObject) => payment.validate(args).map(({ path }) => path)
  t.match(payment.validate({ pay: { type: 'card', owner: 1 } }), [
    { path: '/pay/number', expected: 'a value, a string: it is required', example: '4242' },
    { path: '/pay/owner', expected: 'a string', received: '1' },
  ])
  t.strictSame(paths({ pay: { type: 'bank' } }), ['/pay/iban'])
  t.strictSame(paths({ list: [{ type: 'bank', iban: 'x' }, { type: 'bank' }] }), ['/list/1/iban'])
  t.match(payment.validate({ pay: { type: 'cash' } }), [
    { path: '/pay/type', expected: /^one of "card", "bank"/, received: '"cash"', example: 'card' },
  ])
  t.match(payment.validate({ pay: {} }), [{ path: '/pay/type', received: undefined, example: 'card' }])
  t.strictSame(paths({ id: 'no uuid' }), ['/id'])
  t.match(payment.validate({ id: 'no uuid' }), [{ expected: /format uuid/ }])
  t.strictSame(paths({ loose: { c: 'x' } }), ['/loose/c'])
})

t.test('where none was meant, one line names them all', async t => {
  t.match(payment.validate({ pay: 5 }), [
    {
      path: '/pay',
      expected: 'an object with "type", "number", "owner" or an object with "type", "iban"',
      received: '5',
    },
  ])
  t.match(payment.validate({ size: true }), [
    { path: '/size', expected: 'an integer or one of "small", "large" or null', received: 'true' },
  ])
  t.match(payment.validate({ loose: {} }), [{ path: '/loose', expected: /an object with "a", "b" or .*"c"/ }])
})

t.test('secrets inside of alternatives and of texts with JSON never come back', async t => {
  const problems = payment.validate({
    pay: { type: 'bank', iban: ['DE-secret'] },
    list: '[{"iban":"DE-secret"}]',
  })
  t.match(problems, [{ path: '/list' }, { path: '/pay/iban', received: 'a value that is not shown here' }])
  t.notMatch(JSON.stringify(problems), /secret/)
})

t.test('what is missing comes first, and near names are suggested', async t => {
  const problems = invoice.validate({ Customer: 'x', lines: [{ quantity: 'x' }, {}] })
  t.strictSame(
    problems.map(({ path }) => path),
    ['/customer', '/lines/1/quantity', '/Customer', '/lines/0/quantity'],
  )
  t.match(problems[2], { expected: /^nothing of this name; did you mean "customer"\?; there are "customer"/ })
})

t.test('what is said stays short', async t => {
  const values = Array.from({ length: 500 }, (_, index) => `value-${index}`)
  const wide = toolFor({
    type: 'object',
    properties: { e: { enum: values }, p: { type: 'string', pattern: `^${'a'.repeat(5_000)}$` } },
  })
  const problems = wide.validate({ e: 'x'.repeat(900), p: 'b', ['n'.repeat(900)]: 1 })
  t.equal(problems.length, 3)
  for (const { path, expected, received } of problems) {
    t.ok(path.length < 300 && expected.length < 400 && (received ?? '').length < 150)
  }
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`n${index}`, 1]))
  t.ok(wide.validate(many).length <= 100)
})
