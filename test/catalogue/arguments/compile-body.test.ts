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

t.test('of several media types, the one that models write best is sent', async t => {
  const sent = (...types: string[]) => {
    const content = Object.fromEntries(types.map(name => [name, { schema: object }]))
    const { body } = tool({ required: true, content }).plan
    return `${body?.kind} ${body?.mediaType}`
  }
  const FORM = 'application/x-www-form-urlencoded'
  t.equal(sent('application/xml', FORM, 'application/json'), 'properties application/json')
  t.equal(sent('text/plain', 'multipart/form-data', FORM), `form ${FORM}`)
  t.equal(sent('application/octet-stream', 'text/plain', 'multipart/mixed'), 'multipart multipart/mixed')
  t.equal(sent('application/xml', 'text/plain'), 'argument text/plain')
  t.equal(sent('application/octet-stream', 'application/yaml'), 'argument application/yaml')
  t.equal(sent('not a type', 'application/xml'), 'argument application/xml')
})

t.test('a file goes by multipart, not by a form or by JSON, which can’t hold it', async t => {
  const file = { type: 'object', properties: { f: { type: 'string', format: 'binary' } } }
  const kind = (...types: string[]) => {
    const content = Object.fromEntries(types.map(name => [name, { schema: file }]))
    return tool({ required: true, content }).plan.body?.mediaType
  }
  t.equal(kind('application/x-www-form-urlencoded', 'multipart/form-data'), 'multipart/form-data')
  t.equal(kind('application/json', 'multipart/form-data'), 'multipart/form-data')
  t.equal(kind('application/json', 'application/x-www-form-urlencoded'), 'application/json')
})

t.test('where files could be sent by another media type, a reviewer is told', async t => {
  const upload = { type: 'object', properties: { f: { type: 'string', format: 'binary' } } }
  const content = { 'application/json': { schema: object }, 'multipart/form-data': { schema: upload } }
  t.match(compile({ content }).report, [{ outcome: 'exposed', reasons: [/as multipart\/form-data instead/] }])
  const rules = [{ match: { path: '/**' }, mediaType: 'multipart/form-data' }]
  t.match(compile({ content }, { api: { tools: { rules } } }).report, [{ outcome: 'exposed', reasons: [] }])
})

t.test('a rule chooses among the media types', async t => {
  const content = {
    'application/json': { schema: object },
    'application/xml; charset=utf-8': { schema: object },
    'image/*': { schema: { type: 'string', format: 'binary' } },
  }
  const chosen = (mediaType: string) => {
    const api = { tools: { rules: [{ match: { path: '/things' }, mediaType }] } }
    const { tools, warnings } = compile({ required: true, content }, { api })
    return { mediaType: tools[0]?.plan.body?.mediaType, warnings: warnings.map(({ path }) => path) }
  }
  t.strictSame(chosen('application/xml'), { mediaType: 'application/xml; charset=utf-8', warnings: [] })
  t.strictSame(chosen('Image/PNG'), { mediaType: 'Image/PNG', warnings: [] }, 'one of a range')
  const range = { 'application/*': { schema: object } }
  const rules = [{ match: { path: '/**' }, mediaType: 'application/x-www-form-urlencoded' }]
  t.match(
    tool({ content: range }, { api: { tools: { rules } } }).plan.body,
    { kind: 'form', mediaType: 'application/x-www-form-urlencoded' },
    'and written as that one is',
  )
  t.strictSame(
    chosen('text/csv'),
    { mediaType: 'application/json', warnings: ['apis[0].tools.rules[0].mediaType'] },
    'one that the body lacks is said to be in vain',
  )
  t.match(chosen('image/png\r\nX-Evil: 1'), { mediaType: 'application/json' })
})

t.test('a later rule’s media type wins, and the earlier one is not blamed', async t => {
  const content = { 'application/json': {}, 'text/plain': {}, 'text/csv': {} }
  const rules = ['text/csv', 'text/plain'].map(mediaType => ({ match: { path: '/**' }, mediaType }))
  const { tools, warnings } = compile({ content }, { api: { tools: { rules } } })
  t.equal(tools[0]?.plan.body?.mediaType, 'text/plain')
  t.strictSame(warnings, [])
})

t.test('bodies of GET and HEAD are sent only where they must be', async t => {
  for (const method of ['get', 'head']) {
    const empty = {
      content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: {} } } },
    }
    t.match(compile(empty, { method }).report, [{ outcome: 'exposed', reasons: [] }])
    t.equal(tool(empty, { method }).plan.body, undefined)
    const optional = compile(jsonBody(object, false), { method })
    t.match(optional.report, [{ outcome: 'degraded', reasons: [/optional and left out/] }])
    const needed = compile(jsonBody(object), { method })
    t.match(needed.report, [{ outcome: 'exposed', reasons: [/proxies may drop/] }])
    t.match(onlyTool(needed).plan.body, { kind: 'properties' })
  }
  t.match(tool(jsonBody(object), { method: 'delete' }).plan.body, { kind: 'properties' })
})

t.test('a body that names no media type is JSON; one that names none that can be sent is not', async t => {
  const { tools, report } = compile({ required: true })
  t.match(tools[0]?.plan.body, { kind: 'argument', mediaType: 'application/json' })
  t.match(report, [{ outcome: 'exposed', reasons: [/no media type/] }])
  for (const type of ['json', 'a/b\r\nX: 1', 'a/b; c="\r\n"', `a/${'b'.repeat(300)}`]) {
    const content = { [type]: { schema: object } }
    t.match(compile({ required: true, content }).report, [{ outcome: 'skipped', reasons: [/can be sent/] }])
  }
})

t.test('the request’s own credential leaves, whatever the body’s type', async t => {
  const token = { type: 'string', description: 'Authentication token. Requires scope: `chat:write`' }
  const schema = { type: 'object', required: ['token'], properties: { token, text: { type: 'string' } } }
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const { tools, report } = compile({ required: true, content: { [type]: { schema } } })
    t.strictSame(Object.keys(tools[0]?.inputSchema.properties ?? {}), ['text'], type)
    t.strictSame(tools[0]?.inputSchema.required, undefined)
    t.match(report, [{ outcome: 'exposed', reasons: [/"token" carries a credential/] }])
  }
})

t.test('fields and parts are bound by name; whole bodies that have the name are refused', async t => {
  const api = { tools: { rules: [{ match: { path: '/**' }, bind: { org: 'principal.organization' } }] } }
  const schema = { type: 'object', properties: { org: { type: 'string' }, a: { type: 'string' } } }
  const open = { ...schema, additionalProperties: true }
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
    const flat = tool({ content: { [type]: { schema } } }, { api })
    t.strictSame([...flat.bind.keys()], ['org'], type)
    t.strictSame(Object.keys(flat.inputSchema.properties ?? {}), ['a'])
    const whole = compile({ content: { [type]: { schema: open } } }, { api })
    t.match(whole.report, [{ outcome: 'skipped', reasons: [/binds "org"/] }], type)
  }
  for (const type of [
    'application/xml',
    'application/yaml',
    'application/octet-stream',
    'application/x-ndjson',
  ]) {
    const { report } = compile({ content: { [type]: { schema } } }, { api })
    t.match(report, [{ outcome: 'skipped', reasons: [/binds "org"/] }], `${type}, whose text would have it`)
  }
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
