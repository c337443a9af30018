import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

/** The schema of a property `x` as it is advertised to clients that take anything, and the whole tool. */
function convert(schema: unknown, options: { openapi?: string; schemas?: JsonObject } = {}) {
  const document = { openapi: options.openapi ?? '3.1.0', components: { schemas: options.schemas ?? {} } }
  const body = jsonBody({ type: 'object', properties: { x: schema } })
  const tool = onlyTool(compileOperation({ operationId: 'op', requestBody: body }, { document }))
  const root = (JSON.parse(tool.definitionFor?.('full') ?? '') as { inputSchema: JsonObject }).inputSchema
  const { properties, $defs } = root as { properties: JsonObject; $defs?: object }
  return {
    x: properties.x,
    $defs: $defs ?? {},
    root,
    tool,
    isValid: (x: unknown) => tool.validate({ x }).length === 0,
  }
}

const convert30 = (schema: unknown, schemas: JsonObject = {}) =>
  convert(schema, { openapi: '3.0.3', schemas })

t.test('nullable allows null, in every form that 3.0 documents have it', async t => {
  t.strictSame(convert30({ type: 'string', nullable: true }).x, { type: ['string', 'null'] })
  t.strictSame(convert30({ type: 'string', nullable: true, enum: ['a'] }).x, {
    type: ['string', 'null'],
    enum: ['a', null],
  })
  const schemas = { A: { type: 'object', properties: { a: { type: 'string' } } } }
  for (const schema of [
    { $ref: '#/components/schemas/A', nullable: true },
    { allOf: [{ $ref: '#/components/schemas/A' }], nullable: true },
    { type: 'object', allOf: [{ $ref: '#/components/schemas/A' }], nullable: true },
    { oneOf: [{ $ref: '#/components/schemas/A' }], nullable: true },
  ]) {
    const { isValid } = convert30(schema, schemas)
    t.ok(isValid(null), JSON.stringify(schema))
    t.ok(isValid({ a: 'x' }), JSON.stringify(schema))
    t.notOk(isValid({ a: 1 }), JSON.stringify(schema))
    t.notOk(isValid('text'), JSON.stringify(schema))
  }
})

t.test('boolean exclusive bounds become numbers', async t => {
  const { x, isValid } = convert30({
    type: 'integer',
    minimum: 0,
    exclusiveMinimum: true,
    maximum: 9,
    exclusiveMaximum: false,
  })
  t.strictSame(x, { type: 'integer', exclusiveMinimum: 0, maximum: 9 })
  t.notOk(isValid(0))
  t.ok(isValid(9))
})

t.test('example becomes examples; what is for other tools leaves', async t => {
  t.strictSame(
    convert30({
      type: 'string',
      example: 'a',
      xml: { name: 'x' },
      externalDocs: { url: 'x' },
      'x-internal': true,
    }).x,
    { type: 'string', examples: ['a'] },
  )
})

t.test('read-only properties leave, and leave `required`', async t => {
  const schemas = { Id: { type: 'string', readOnly: true } }
  const { x } = convert(
    {
      type: 'object',
      required: ['id', 'ref', 'name'],
      properties: {
        id: { type: 'string', readOnly: true },
        ref: { $ref: '#/components/schemas/Id' },
        name: { type: 'string' },
      },
    },
    { schemas },
  )
  t.strictSame(x, { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] })
})

t.test('every schema has a type where it can be told, arrays have items', async t => {
  t.match(convert({ properties: { a: {} } }).x, { type: 'object' })
  t.match(convert({ enum: ['a', 'b', 'a'] }).x, { type: 'string', enum: ['a', 'b'] })
  t.match(convert({ const: 1 }).x, { type: 'number', enum: [1] })
  t.match(convert({ type: 'array' }).x, { type: 'array', items: {} })
  t.match(convert({ pattern: '^a' }).x, { type: 'string' })
  t.strictSame(convert({ type: 'file' }).x, { type: 'string', description: 'File content as base64.' })
})

t.test('lookaround is not advertised, and enforced', async t => {
  const { x, tool, isValid } = convert({ type: 'string', pattern: '^(?!admin)[a-z]+$' })
  t.strictSame(x, { type: 'string', pattern: '^(?!admin)[a-z]+$' })
  t.strictSame(tool.inputSchema.properties, {
    x: { type: 'string', description: 'Matches ^(?!admin)[a-z]+$' },
  })
  t.notOk(isValid('admin'))
  t.ok(isValid('bob'))
})

t.test('an impossible pattern or bound is left out, not fatal', async t => {
  const { x, isValid } = convert({ type: 'string', pattern: '(', minLength: 'x', required: true })
  t.strictSame(x, { type: 'string' })
  t.ok(isValid('a'))
})

t.test('small references are inlined, with what stands beside them', async t => {
  const schemas = { Name: { type: 'string', description: 'A name' } }
  t.strictSame(convert({ $ref: '#/components/schemas/Name', description: 'Mine' }, { schemas }).x, {
    type: 'string',
    description: 'Mine',
  })
  const { isValid } = convert({ $ref: '#/components/schemas/Name', minLength: 3 }, { schemas })
  t.notOk(isValid('ab'), 'siblings count in 3.1')
  t.ok(convert30({ $ref: '#/components/schemas/Name', minLength: 3 }, schemas).isValid('ab'), 'not in 3.0')
})

t.test('cycles go to $defs, with only what is used', async t => {
  const schemas = {
    Node: {
      type: 'object',
      properties: { next: { $ref: '#/components/schemas/Node' }, v: { $ref: '#/components/schemas/V' } },
    },
    V: { type: 'integer' },
    Ping: { type: 'object', properties: { pong: { $ref: '#/components/schemas/Pong' } } },
    Pong: { type: 'object', properties: { ping: { $ref: '#/components/schemas/Ping' } } },
  }
  const { x, $defs, isValid } = convert({ $ref: '#/components/schemas/Node' }, { schemas })
  t.strictSame(x, { $ref: '#/$defs/Node' })
  t.strictSame(Object.keys($defs), ['Node'])
  t.ok(isValid({ v: 1, next: { v: 2, next: {} } }))
  t.notOk(isValid({ next: { next: { v: 'x' } } }))
  const mutual = convert({ $ref: '#/components/schemas/Ping' }, { schemas })
  t.strictSame(Object.keys(mutual.$defs), ['Ping', 'Pong'])
})

t.test('references lead anywhere in the document, escaped or encoded', async t => {
  const schemas = {
    'a/b': { type: 'integer' },
    'c~d e': { type: 'boolean' },
    Deep: { type: 'object', properties: { inner: { type: 'string', enum: ['in'] } } },
  }
  t.match(convert({ $ref: '#/components/schemas/a~1b' }, { schemas }).x, { type: 'integer' })
  t.match(convert({ $ref: '#/components/schemas/c~0d%20e' }, { schemas }).x, { type: 'boolean' })
  t.match(convert({ $ref: '#/components/schemas/Deep/properties/inner' }, { schemas }).x, { enum: ['in'] })
})

t.test('a $ref in data is no reference', async t => {
  const data = { $ref: 'https://elsewhere.example/x.json' }
  const { x, tool } = convert({ type: 'object', example: data, default: data, enum: [data], 'x-more': data })
  t.match(x, { enum: [data], default: data, examples: [data] })
  t.equal(tool.validate({ x: data }).length, 0)
})

t.test('names such as constructor are names', async t => {
  const schemas = {
    constructor: { type: 'object', properties: { next: { $ref: '#/components/schemas/constructor' } } },
    toString: { type: 'integer' },
  }
  const { $defs, isValid } = convert({ $ref: '#/components/schemas/constructor' }, { schemas })
  t.ok(Object.hasOwn($defs, 'constructor'))
  t.notOk(isValid({ next: 1 }))
  const { isValid: isValid2 } = convert({
    type: 'object',
    required: ['toString'],
    properties: { toString: { type: 'string' } },
  })
  t.notOk(isValid2({}), 'not found on the prototype')
  t.ok(isValid2({ toString: 'a' }))
})

t.test('allOf of plain objects becomes one object; alternatives stay', async t => {
  const { x } = convert({
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { type: 'object', properties: { b: { type: 'integer' } } },
    ],
  })
  t.strictSame(x, {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
    required: ['a'],
  })
  const { isValid } = convert({
    oneOf: [{ type: 'string' }, { type: 'integer' }],
    discriminator: { propertyName: 'a' },
  })
  t.ok(isValid(1) && isValid('a'))
  t.notOk(isValid(true))
})

t.test('chains of a thousand references and wide repetition neither overflow nor explode', async t => {
  const schemas: JsonObject = {}
  for (let i = 0; i < 1_000; i++) {
    const next = { $ref: `#/components/schemas/S${i + 1}` }
    schemas[`S${i}`] = { type: 'object', properties: { a: next, b: next, c: next } }
  }
  schemas.S1000 = { type: 'string' }
  const { tool, isValid } = convert({ $ref: '#/components/schemas/S0' }, { schemas })
  t.ok(tool.definition.length < 12_000)
  t.ok(isValid({ a: { b: { c: {} } } }))
  t.notOk(isValid({ a: { b: 1 } }))
})

t.test('what is advertised is a schema that others can compile', async t => {
  const { tool } = convert30(
    {
      type: 'object',
      nullable: true,
      properties: {
        a: { type: 'array', nullable: true },
        b: { oneOf: [{ type: 'string', nullable: true }] },
      },
      additionalProperties: { type: 'integer', format: 'int64' },
    },
    {},
  )
  t.doesNotThrow(() => new Ajv2020({ strict: 'log', logger: false }).compile(tool.inputSchema))
})

t.test('arguments that fit several alternatives of `oneOf` are the backend’s to judge', async t => {
  const a = { type: 'object', properties: { a: { type: 'string' } } }
  const b = { type: 'object', properties: { b: { type: 'string' } } }
  const { x, isValid } = convert({ oneOf: [a, b] })
  t.match(x, { oneOf: [a, b] }, 'it is advertised as the document has it')
  t.ok(isValid({ a: 'x', b: 'y' }))
  t.ok(isValid({}))
  t.notOk(isValid({ a: 1, b: 1 }), 'one of them has to fit')
  const both = convert({ anyOf: [{ required: ['a'] }, { required: ['b'] }], oneOf: [a, b] })
  t.ok(both.isValid({ a: 'x' }))
  t.notOk(both.isValid({ c: 'x' }), 'of each list')
  t.notOk(both.isValid({ a: 1, b: 1 }))
})

t.test('the opposite of a loosened `oneOf` refuses nothing that the document allows', async t => {
  const oneOf = [{ required: ['a'] }, { required: ['b'] }]
  t.ok(convert({ type: 'object', not: { oneOf } }).isValid({ a: 1, b: 1 }))
  const conditional = Object.fromEntries([
    ['if', { oneOf }],
    ['then', { required: ['c'] }],
  ])
  t.ok(convert({ type: 'object', ...conditional }).isValid({ a: 1, b: 1 }))
  t.notOk(convert({ type: 'object', not: { anyOf: oneOf } }).isValid({ a: 1 }))
})
