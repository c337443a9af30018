import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

const compile = (requestBody: JsonObject, options = {}) =>
  compileOperation({ operationId: 'op', requestBody }, options)
const tool = (requestBody: JsonObject, options = {}) => onlyTool(compile(requestBody, options))
const object = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, b: { type: 'integer' } },
}

t.test('a required object with plain properties becomes arguments', async t => {
  const { plan, inputSchema } = tool(jsonBody(object))
  t.match(inputSchema, { properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['a'] })
  t.match(plan.body, { kind: 'properties', mediaType: 'application/json', required: true })
  t.strictSame(plan.body?.kind === 'properties' && [...plan.body.properties], [
    ['a', 'a'],
    ['b', 'b'],
  ])
})

t.test('references and allOf are taken apart; a property in two parts obeys both', async t => {
  const document = { components: { schemas: { A: object } } }
  const { inputSchema, validate } = tool(
    jsonBody({
      allOf: [
        { $ref: '#/components/schemas/A' },
        { properties: { b: { minimum: 5 }, c: { type: 'boolean' } }, required: ['c'] },
      ],
    }),
    { document },
  )
  t.match(inputSchema, { required: ['a', 'c'] })
  t.equal(validate({ a: 'x', c: true, b: 6 }).length, 0)
  t.equal(validate({ a: 'x', c: true, b: 4 }).length, 1)
  t.equal(validate({ a: 'x', c: true, b: 'x' }).length, 1)
})

t.test('any other JSON is one argument', async t => {
  for (const schema of [
    { type: 'array', items: { type: 'string' } },
    { oneOf: [object, { type: 'object', properties: { z: {} } }] },
    { ...object, additionalProperties: true },
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'object' },
    { type: 'string' },
    {},
  ]) {
    const { plan, inputSchema } = tool(jsonBody(schema))
    t.match(plan.body, { kind: 'argument', argument: 'body' }, JSON.stringify(schema))
    t.match(inputSchema, { type: 'object', required: ['body'], additionalProperties: false })
    t.notOk(
      ['oneOf', 'anyOf', 'allOf'].some(keyword => keyword in inputSchema),
      'no alternatives at the root',
    )
  }
})

t.test('an optional body that requires properties stays one optional argument', async t => {
  t.match(tool(jsonBody(object, false)).plan.body, { kind: 'argument' })
  t.notOk('required' in tool(jsonBody(object, false)).inputSchema)
  const plain = { type: 'object', properties: { a: { type: 'string' } } }
  t.match(tool(jsonBody(plain, false)).plan.body, { kind: 'properties', required: false })
})

t.test('a property named like a path parameter gets a name of its own', async t => {
  const body = jsonBody({ type: 'object', properties: { id: { type: 'integer' } } })
  const { plan, inputSchema } = tool(body, { path: '/things/{id}' })
  t.match(inputSchema, { properties: { id: { type: 'string' }, id_body: { type: 'integer' } } })
  t.strictSame(plan.body?.kind === 'properties' && [...plan.body.properties], [['id', 'id_body']])
})

t.test('JSON of any name is sent under it', async t => {
  const type = (...types: string[]) => {
    const content = Object.fromEntries(types.map(name => [name, { schema: object }]))
    return tool({ required: true, content }).plan.body?.mediaType
  }
  t.equal(type('application/xml', 'application/json'), 'application/json')
  t.equal(type('application/vnd.acme.v2+json'), 'application/vnd.acme.v2+json')
  t.equal(type('application/json-patch+json', 'application/merge-patch+json'), 'application/merge-patch+json')
  t.equal(type('application/json; charset=utf-8'), 'application/json; charset=utf-8')
  t.equal(type('*/*'), 'application/json')
})

t.test('what is no JSON is skipped, also where the document calls it optional', async t => {
  for (const type of [
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain',
    'application/x-ndjson',
  ]) {
    for (const required of [true, false]) {
      const { report } = compile({ required, content: { [type]: { schema: object } } })
      t.match(report, [{ outcome: 'skipped', reasons: [type] }])
    }
  }
  const form = { content: { 'application/x-www-form-urlencoded': { schema: object } } }
  t.match(compile(form, { method: 'delete' }).report, [{ outcome: 'degraded' }])
  const empty = {
    content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: {} } } },
  }
  t.match(compile(empty, { method: 'get' }).report, [{ outcome: 'exposed' }])
  t.match(compile(jsonBody(object), { method: 'get' }).report, [{ outcome: 'skipped' }])
})

t.test('a bound name inside a body that is one argument skips the operation', async t => {
  const api = { tools: { rules: [{ match: { path: '/**' }, bind: { org: 'principal.organization' } }] } }
  const open = { type: 'object', properties: { org: { type: 'string' } }, additionalProperties: true }
  const { report } = compile(jsonBody(open), { path: '/orgs/{org}/things', api })
  t.match(report, [{ outcome: 'skipped', reasons: [/binds "org"/] }])
  const flat = tool(jsonBody({ ...open, additionalProperties: false }), { path: '/orgs/{org}/things', api })
  t.strictSame([...flat.bind.keys()], ['org', 'org_body'], 'in every place where a caller could name it')
  t.strictSame(flat.inputSchema.properties, {})
})
