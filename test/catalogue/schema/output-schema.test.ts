import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } })
const thing = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', description: 'Its number' },
    secret: { type: 'string', writeOnly: true },
    owner: { $ref: '#/components/schemas/Owner' },
  },
}
const Owner = { type: 'object', properties: { name: { type: 'string', enum: ['a'] } } }

function toolOf(responses: JsonObject, mode: 'off' | 'loose' | 'strict' = 'loose', rules: object[] = []) {
  return onlyTool(
    compileOperation(
      { operationId: 'op', responses },
      {
        method: 'get',
        document: { components: { schemas: { Owner, Thing: thing } } },
        api: { tools: { outputSchema: mode, rules: rules as never } },
      },
    ),
  )
}

t.test('a loose schema names the members, and no object fails it', async t => {
  const tool = toolOf({ 200: json({ $ref: '#/components/schemas/Thing' }) })
  t.strictSame(tool.outputSchema, {
    type: 'object',
    properties: { id: { description: 'integer: Its number' }, owner: { description: 'object' } },
  })
  t.strictSame((JSON.parse(tool.definition) as JsonObject).outputSchema, tool.outputSchema)
  const isValid = new Ajv2020({ strict: true }).compile(tool.outputSchema ?? {})
  for (const answer of [{}, { id: 'text' }, { id: null, more: [1] }, { owner: 5 }]) t.ok(isValid(answer))
})

t.test('a strict one is the document’s, without what is write-only', async t => {
  const tool = toolOf({ 200: json({ $ref: '#/components/schemas/Thing' }) }, 'strict')
  const isValid = new Ajv2020({ strict: false }).compile(tool.outputSchema ?? {})
  t.equal(tool.outputSchema?.type, 'object')
  t.ok(isValid({ id: 1, owner: { name: 'a' } }))
  for (const answer of [{}, { id: 'x' }, { id: 1, secret: 'x' }, { id: 1, owner: { name: 'b' } }]) {
    t.notOk(isValid(answer), JSON.stringify(answer))
  }
})

t.test('whatever is promised, an answer is held against the document', async t => {
  for (const mode of ['loose', 'strict'] as const) {
    const { checkOutput } = toolOf({ 200: json({ $ref: '#/components/schemas/Thing' }) }, mode)
    t.strictSame(checkOutput?.({ id: 1, owner: { name: 'a' } }), [])
    t.match(checkOutput?.({ id: 'x' }), [/^\/id must be integer/])
    t.match(checkOutput?.({}), [/required/])
    t.strictSame(checkOutput?.([1]), ['the answer is no object'])
  }
})

t.test('nothing is promised where an answer may be something else', async t => {
  const object = json({ type: 'object', properties: {} })
  const others: readonly [string, JsonObject][] = [
    ['nothing is documented', {}],
    ['only failures are', { 404: object, default: object }],
    ['no body', { 204: { description: 'Gone' } }],
    ['sometimes no body', { 200: object, 204: { description: 'Nothing' } }],
    ['a list', { 200: json({ type: 'array', items: {} }) }],
    ['a list or an object', { 200: json({ oneOf: [{ type: 'object' }, { type: 'array' }] }) }],
    ['perhaps null', { 200: json({ type: ['object', 'null'] }) }],
    ['anything', { 200: json({}) }],
    ['a text', { 200: { content: { 'text/plain': {} } } }],
    ['JSON or CSV', { 200: { content: { ...object.content, 'text/csv': {} } } }],
    ['two kinds of objects', { 200: object, 202: json({ type: 'object', properties: { job: {} } }) }],
    ['a reference that leads nowhere', { 200: json({ $ref: '#/components/schemas/No' }) }],
  ]
  for (const [what, responses] of others) {
    const tool = toolOf(responses)
    t.equal(tool.outputSchema, undefined, what)
    t.equal(tool.checkOutput, undefined, what)
    t.notOk('outputSchema' in (JSON.parse(tool.definition) as JsonObject), what)
  }
  t.ok(toolOf({ 200: object, 201: object }).outputSchema, 'the same twice is one')
  const negotiated = { 200: { content: { ...object.content, 'application/yaml': {} } } }
  t.ok(toolOf(negotiated).outputSchema, 'what is only given to those who ask for it')
})

t.test('off means off; an answer that a rule rewrites has no schema', async t => {
  const responses = { 200: json({ $ref: '#/components/schemas/Thing' }) }
  t.equal(toolOf(responses, 'off').outputSchema, undefined)
  t.equal(toolOf(responses, 'off').checkOutput, undefined)
  t.equal(toolOf(responses, 'loose', [{ match: { operation: 'op' }, result: 'id' }]).outputSchema, undefined)
  const part = toolOf(responses, 'strict', [{ match: { operation: 'op' }, fields: ['owner'] }])
  t.notOk('required' in (part.outputSchema ?? {}), 'of a part, nothing exact is promised')
})

t.test('a wide answer is told within a budget', async t => {
  const properties = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [
      `member_${index}`,
      { type: 'string', description: 'x'.repeat(200) },
    ]),
  )
  const tool = toolOf({ 200: json({ type: 'object', properties }) })
  t.ok(JSON.stringify(tool.outputSchema).length < 1_200)
  t.match(tool.outputSchema?.properties, { member_0: { description: 'string' } })
})
