import t from 'tap'
import type { JsonObject, Tool } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

const line = {
  type: 'object',
  required: ['quantity'],
  properties: {
    quantity: { type: 'integer' },
    price: { type: 'number' },
    tags: { type: 'array', items: {} },
  },
}
const SCHEMA = {
  type: 'object',
  required: ['customer'],
  properties: {
    customer: { type: 'string' },
    count: { type: 'integer', maximum: 10 },
    rate: { type: 'number' },
    active: { type: 'boolean' },
    status: { type: 'string', enum: ['open', 'closed', 'Open-ended', 'OPEN-ENDED'] },
    level: { type: 'integer', enum: [1, 2] },
    meta: { type: 'object' },
    lines: { type: 'array', items: line },
    ids: { type: 'array', items: { type: 'string' } },
    sort: { type: 'array', items: { type: 'string', enum: ['name', 'notes', 'owner.name'] } },
    pairs: { type: 'array', items: { type: 'string', enum: ['a', 'b', 'a,b'] } },
    when: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    free: {},
    text: { type: 'string', minLength: 3 },
    either: { anyOf: [{ type: 'string', format: 'date' }, { type: 'integer' }] },
    twice: {
      anyOf: [
        { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
        { type: 'object', required: ['b'], properties: { a: { type: 'string' }, b: { type: 'string' } } },
      ],
    },
  },
}

function toolOf(method: string, operation: JsonObject): Tool {
  return onlyTool(compileOperation({ operationId: 'op', ...operation }, { method }))
}
const post = toolOf('post', { requestBody: jsonBody(SCHEMA) })
const repair = (args: JsonObject, tool = post) => {
  const before = structuredClone(args)
  const repaired = tool.repair(args)
  t.strictSame(args, before, 'what was given stays')
  if (repaired !== undefined) t.strictSame(tool.validate(repaired.args), [], 'what comes out is valid')
  return repaired
}
const one = (name: string, value: unknown) => {
  const repaired = repair({ customer: 'c', [name]: value })
  return repaired && { value: repaired.args[name], ...repaired.repairs }
}

t.test('texts that hold what is wanted', async t => {
  t.strictSame(one('meta', '{"a":[1]}'), { value: { a: [1] }, json: 1 })
  t.strictSame(one('lines', ' [{"quantity":1}]'), { value: [{ quantity: 1 }], json: 1 })
  t.strictSame(one('ids', '["a","b"]'), { value: ['a', 'b'], json: 1 })
  t.strictSame(one('count', '5'), { value: 5, number: 1 })
  t.strictSame(one('count', ' -7 '), { value: -7, number: 1 })
  t.strictSame(one('rate', '0.25'), { value: 0.25, number: 1 })
  t.strictSame(one('active', 'true'), { value: true, boolean: 1 })
  t.strictSame(one('active', 'False'), { value: false, boolean: 1 })
  t.strictSame(one('when', '7'), { value: 7, number: 1 })
})

t.test('other types than the wanted text, value or list', async t => {
  t.strictSame(one('customer', 12), { value: '12', text: 1 })
  t.strictSame(one('customer', true), { value: 'true', text: 1 })
  t.strictSame(one('status', 'CLOSED'), { value: 'closed', enum: 1 })
  t.strictSame(one('level', '2'), { value: 2, enum: 1 })
  t.strictSame(one('ids', 'a'), { value: ['a'], list: 1 })
  t.strictSame(one('ids', 5), { value: ['5'], list: 1, text: 1 })
  t.strictSame(one('lines', { quantity: 1 }), { value: [{ quantity: 1 }], list: 1 })
})

t.test('names with commas, where a list may hold just these', async t => {
  t.strictSame(one('sort', 'name, owner.name'), { value: ['name', 'owner.name'], list: 1 })
  t.equal(one('sort', 'name,other'), undefined, 'not all are known')
  t.equal(one('ids', 'a,b'), undefined, 'may be one text')
  t.equal(one('pairs', 'a,b'), undefined, 'may be one value')
})

t.test('however deep, and several at once', async t => {
  t.strictSame(
    repair({
      customer: 3,
      lines: [{ quantity: '1' }, { quantity: '2', price: '1.5', tags: 'x' }, { quantity: 3 }],
      meta: '{}',
    }),
    {
      args: {
        customer: '3',
        lines: [{ quantity: 1 }, { quantity: 2, price: 1.5, tags: ['x'] }, { quantity: 3 }],
        meta: {},
      },
      repairs: { number: 3, list: 1, json: 1, text: 1 },
    },
  )
  t.strictSame(repair({ customer: 'c', lines: '[{"quantity":"4"}]' })?.args.lines, [{ quantity: 4 }])
})

t.test('what leaves a doubt is not touched', async t => {
  const doubtful: [string, unknown][] = [
    ['count', '5 apples'],
    ['count', '1e1'],
    ['count', '0x5'],
    ['count', '05'],
    ['count', '1,5'],
    ['count', '5.5'],
    ['count', ''],
    ['count', true],
    ['count', [5]],
    ['count', '50'],
    ['rate', '12345678901234567890'],
    ['rate', '0.12345678901234567890'],
    ['active', 1],
    ['active', 'yes'],
    ['active', '1'],
    ['customer', 2 ** 53],
    ['customer', 1e-9],
    ['customer', ['a']],
    ['customer', null],
    ['status', 'open-ENDED'],
    ['status', 'ope'],
    ['ids', 'a,b'],
    ['ids', '[broken'],
    ['ids', '{"a":1}'],
    ['meta', '[1]'],
    ['meta', '{broken'],
    ['meta', '"text"'],
    ['text', 'ab'],
    ['either', '2024'],
    ['twice', { a: '5' }],
  ]
  for (const [name, value] of doubtful) {
    t.not(post.validate({ customer: 'c', [name]: value }).length, 0, `${name} is refused`)
    t.equal(one(name, value), undefined, `${name}: ${JSON.stringify(value)}`)
  }
})

t.test('what the schema takes as it is stays, beside what is mended', async t => {
  const args = { customer: '5', free: '{"a":1}', ids: ['1', 'true', '{}'], count: '3' }
  t.strictSame(repair(args)?.args, { ...args, count: 3 })
})

t.test('unknown names are never let in', async t => {
  t.equal(repair({ customer: 5, stauts: 'open' }), undefined)
  t.equal(repair({ customer: 5, constructor: 1 }), undefined)
  const args = JSON.parse('{"customer":5,"__proto__":{"a":1}}') as JsonObject
  t.equal(repair(args), undefined)
})

t.test('one failure that can’t be mended leaves all as it was', async t => {
  t.equal(repair({ customer: 'c', count: '5', active: 'perhaps' }), undefined)
  t.equal(repair({ count: '5' }), undefined, 'a required one is missing')
  t.equal(repair({ customer: 'c' }), undefined, 'nothing to mend')
})

t.test('all arguments inside of one', async t => {
  t.strictSame(repair({ arguments: { customer: 'c' } }), {
    args: { customer: 'c' },
    repairs: { unwrapped: 1 },
  })
  t.strictSame(repair({ input: '{"customer":"c","count":"5"}' }), {
    args: { customer: 'c', count: 5 },
    repairs: { unwrapped: 1, number: 1 },
  })
  for (const args of [
    { arguments: { customer: 'c', more: 1 } },
    { arguments: { customer: 'c' }, count: 1 },
    { anything: { customer: 'c' } },
    { arguments: [{ customer: 'c' }] },
    { arguments: '[1]' },
    { arguments: 'customer' },
    { arguments: { arguments: { customer: 'c' } } },
  ]) {
    t.equal(repair(args), undefined, JSON.stringify(args))
  }
  const own = toolOf('post', {
    requestBody: jsonBody({ type: 'object', properties: { input: { type: 'object', maxProperties: 0 } } }),
  })
  t.equal(repair({ input: { a: 1 } }, own), undefined, 'an argument of this name')
})

t.test('null and empty texts are left out where that means the same', async t => {
  const parameters = [
    { name: 'limit', in: 'query', schema: { type: 'integer' } },
    { name: 'sort', in: 'query', schema: { enum: ['a'] } },
    { name: 'must', in: 'query', required: true, schema: { type: 'string' } },
  ]
  const query = (method: string, args: JsonObject) =>
    repair({ must: 'm', ...args }, toolOf(method, { parameters }))
  t.strictSame(query('get', { limit: null, sort: '' }), { args: { must: 'm' }, repairs: { dropped: 2 } })
  t.strictSame(query('get', { limit: 'null' }), { args: { must: 'm' }, repairs: { dropped: 1 } })
  t.equal(query('get', { must: null }), undefined, 'required')
  t.equal(query('get', { limit: 'none' }), undefined)
  t.strictSame(query('delete', { limit: null })?.args, { must: 'm' })
  t.equal(query('delete', { limit: '' }), undefined, 'a filter that goes missing would widen what is deleted')

  t.strictSame(one('count', null), { value: undefined, dropped: 1 })
  t.strictSame(repair({ customer: 'c', lines: [{ quantity: 1, price: null }] })?.args.lines, [
    { quantity: 1 },
  ])
  const patch = toolOf('patch', { requestBody: jsonBody(SCHEMA) })
  t.equal(repair({ customer: 'c', count: null }, patch), undefined, 'in a change, null may mean to empty')
})

t.test('bound arguments can’t be repaired in', async t => {
  const rules = [{ match: { operation: 'op' }, bind: { org: 'principal.organization' } }]
  const parameters = [
    { name: 'org', in: 'query', schema: { type: 'string' } },
    { name: 'n', in: 'query', schema: { type: 'integer' } },
  ]
  const bound = onlyTool(
    compileOperation({ operationId: 'op', parameters }, { method: 'get', api: { tools: { rules } } }),
  )
  t.equal(repair({ org: 5 }, bound), undefined)
  t.equal(repair({ arguments: { org: 'other', n: 1 } }, bound), undefined)
  t.equal(repair({ arguments: '{"org":"other"}' }, bound), undefined)
  t.strictSame(repair({ n: '1' }, bound)?.args, { n: 1 })
})

t.test('a repaired path is guarded like any other', async t => {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
  const { tools } = compileOperation(
    { operationId: 'op', parameters: [id] },
    {
      method: 'get',
      path: '/things/{id}',
      document: {},
    },
  )
  t.strictSame(tools[0]?.repair({ id: 7 })?.args, { id: '7' })
})

t.test('it ends soon, whatever it is given', async t => {
  const start = performance.now()
  const lines = Array.from({ length: 20_000 }, () => ({ quantity: '1' }))
  t.equal(post.repair({ customer: 'c', lines }), undefined, 'too many rounds')
  let deep = '1'
  for (let i = 0; i < 100_000; i++) deep = `[${deep}]`
  t.equal(post.repair({ customer: 'c', lines: deep }), undefined)
  t.equal(
    post.repair({ customer: 'c', meta: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` }),
    undefined,
  )
  t.ok(performance.now() - start < 5_000)
})
