import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const FORM = 'application/x-www-form-urlencoded'
const tool = (
  schema: JsonObject,
  more: { encoding?: JsonObject; required?: boolean; document?: JsonObject } = {},
) => {
  const { encoding, required = true, document = {} } = more
  const content = { [FORM]: { schema, ...(encoding === undefined ? {} : { encoding }) } }
  return onlyTool(compileOperation({ operationId: 'op', requestBody: { required, content } }, { document }))
}
const field = (schema: JsonObject, encoding?: JsonObject, name = 'x') => {
  const { body } = tool(
    { type: 'object', properties: { [name]: schema } },
    encoding === undefined ? {} : { encoding: { [name]: encoding } },
  ).plan
  return body?.kind === 'form' ? body.fields[0] : undefined
}
const text = { type: 'string' }

t.test('one argument per field', async t => {
  const { plan, inputSchema, validate } = tool({
    type: 'object',
    required: ['a', 'id'],
    properties: {
      a: text,
      'file_ids[]': { type: 'array', items: text },
      id: { type: 'integer', readOnly: true },
    },
  })
  t.match(inputSchema, { properties: { a: text, file_ids: { type: 'array', items: text } }, required: ['a'] })
  t.match(plan.body, {
    kind: 'form',
    mediaType: FORM,
    required: true,
    whole: undefined,
    fields: [
      { argument: 'a', name: 'a', required: true },
      { argument: 'file_ids', name: 'file_ids[]', required: false },
    ],
  })
  t.equal(plan.body?.kind === 'form' && plan.body.fields.length, 2, 'what is read-only leaves')
  t.strictSame(validate({ a: 'x', file_ids: ['1'] }), [])
  t.equal(validate({ file_ids: ['1'] }).length, 1)
})

t.test('what a form requires is required even where the body is not', async t => {
  const schema = { type: 'object', required: ['To'], properties: { To: text, Body: text } }
  const { plan, inputSchema } = tool(schema, { required: false })
  t.match(plan.body, { kind: 'form', required: false, whole: undefined })
  t.strictSame(inputSchema.required, ['To'])
})

t.test('what the document does not say: lists repeat, what is nested is JSON', async t => {
  const plain = { style: 'form', explode: true, json: false }
  const object = { type: 'object', properties: { a: text } }
  t.match(field(text), plain)
  t.match(field({ type: 'array', items: text }), plain)
  t.match(field(object), { json: true })
  t.match(field({ type: 'array', items: object }), { json: true })
  t.match(field({ allOf: [object] }), { json: true })
  t.match(field({ type: ['string', 'null'] }), plain)
  t.match(field({ type: ['object', 'null'] }), { json: true })
  t.match(field({ anyOf: [object, text] }), { style: 'deepObject', json: false }, 'a text must stay one')
  t.match(field({}), { style: 'deepObject', json: false })
  t.match(field({}, undefined, 'x[]'), plain, 'whose name has brackets already')
})

t.test('what the Encoding Object says', async t => {
  const object = { type: 'object', properties: { a: { type: 'object' } } }
  t.match(field(object, { style: 'deepObject', explode: true }), {
    style: 'deepObject',
    explode: true,
    json: false,
  })
  t.match(field(text, { allowReserved: true }), { style: 'form', allowReserved: true })
  t.match(field({ type: 'array', items: text }, { style: 'pipeDelimited', explode: false }), {
    style: 'pipeDelimited',
    explode: false,
  })
  t.match(field({ type: 'array', items: text }, { contentType: 'application/json' }), { json: true })
  t.match(field(object, { style: 'nonsense' }), { style: 'form' }, 'an unknown style is the default one')
})

t.test('free names and alternatives make one argument that is an object', async t => {
  const known = { type: 'object', properties: { a: { type: 'object', properties: {} } } }
  for (const schema of [
    { ...known, additionalProperties: { type: 'integer' } },
    { type: 'object', oneOf: [known, { properties: { b: text } }] },
    { type: 'object', additionalProperties: text },
    { type: 'object' },
    {},
    text,
    { type: 'array', items: text },
    { $ref: '#/nowhere' },
  ]) {
    const { plan, inputSchema, validate } = tool(schema)
    t.match(plan.body, { kind: 'form', whole: 'body' }, JSON.stringify(schema))
    t.match(inputSchema, { properties: { body: { type: 'object' } }, required: ['body'] })
    t.not(validate({ body: 'a=1&_method=DELETE' }).length, 0, 'a text could name anything')
  }
  const { body } = tool({ ...known, additionalProperties: { type: 'integer' } }).plan
  t.match(body, {
    fields: [{ argument: 'a', name: 'a', json: true }],
    others: { name: '', style: 'form', explode: true, json: false },
  })
})

t.test('a schema that refers to itself ends', async t => {
  const document = {
    components: {
      schemas: { Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } } },
    },
  }
  const { plan } = tool({ $ref: '#/components/schemas/Node' }, { document })
  t.match(plan.body, { fields: [{ name: 'next', json: true }] })
})

t.test('secrets among the fields are known', async t => {
  const { isSensitive } = tool({
    type: 'object',
    properties: { note: text, code: { type: 'string', format: 'password' }, api_key: text },
  })
  t.notOk(isSensitive(['note']))
  t.ok(isSensitive(['code']))
  t.ok(isSensitive(['api_key']))
  const whole = tool({
    type: 'object',
    properties: { code: { type: 'string', writeOnly: true } },
    additionalProperties: true,
  })
  t.ok(whole.isSensitive(['body', 'code']))
  t.notOk(whole.isSensitive(['body', 'note']))
})
