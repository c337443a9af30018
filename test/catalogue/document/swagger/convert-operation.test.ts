import t from 'tap'
import { listOperations } from '../../../../src/catalogue/document/list-operations.ts'
import { createResolver } from '../../../../src/catalogue/document/resolve-reference.ts'
import type { JsonObject } from '../../../../src/catalogue/tool.ts'
import { compileDocument, loaded, onlyTool } from '../../compile-document.ts'

/** A Swagger 2.0 document with one operation, converted. */
function convert(operation: JsonObject, rest: JsonObject = {}, pathItem: JsonObject = {}) {
  const document = loaded(swagger(operation, rest, pathItem))
  const resolveReference = createResolver(document.document)
  const [listed] = listOperations({ loaded: document, resolveReference })
  if (listed === undefined) throw new Error('no operation')
  return listed
}

function swagger(operation: JsonObject, rest: JsonObject = {}, pathItem: JsonObject = {}): JsonObject {
  return { swagger: '2.0', ...rest, paths: { '/things/{id}': { ...pathItem, post: operation } } }
}

const id = { name: 'id', in: 'path', required: true, type: 'string' }

t.test('a parameter’s value is described by a schema', async t => {
  const { operation } = convert({
    parameters: [
      { ...id, format: 'uuid', pattern: '^a', description: 'Which.', 'x-sensitive': true },
      { name: 'n', in: 'query', type: 'integer', minimum: 1, maximum: 9, exclusiveMaximum: true, default: 2 },
      { name: 'e', in: 'query', type: 'string', enum: ['a', 'b'], 'x-nullable': true, 'x-example': 'a' },
      { name: 'f', in: 'query', type: 'boolean', allowEmptyValue: true },
    ],
  })
  t.strictSame(operation.parameters, [
    {
      name: 'id',
      in: 'path',
      'x-sensitive': true,
      required: true,
      description: 'Which.',
      schema: { type: 'string', format: 'uuid', pattern: '^a' },
    },
    {
      name: 'n',
      in: 'query',
      schema: { type: 'integer', default: 2, maximum: 9, exclusiveMaximum: true, minimum: 1 },
    },
    {
      name: 'e',
      in: 'query',
      example: 'a',
      schema: { type: 'string', enum: ['a', 'b'], 'x-nullable': true },
    },
    { allowEmptyValue: true, name: 'f', in: 'query', schema: { type: 'boolean' } },
  ])
})

t.test('collectionFormat is a style', async t => {
  const cases: [location: string, format: string | undefined, style: string, explode: boolean][] = [
    ['query', undefined, 'form', false],
    ['query', 'csv', 'form', false],
    ['query', 'multi', 'form', true],
    ['query', 'ssv', 'spaceDelimited', false],
    ['query', 'pipes', 'pipeDelimited', false],
    ['query', 'tsv', 'tabDelimited', false],
    ['path', undefined, 'simple', false],
    ['path', 'csv', 'simple', false],
    ['path', 'pipes', 'pipeDelimited', false],
    ['header', 'csv', 'simple', false],
    ['header', 'ssv', 'spaceDelimited', false],
  ]
  for (const [location, collectionFormat, style, explode] of cases) {
    const parameter = { name: 'l', in: location, type: 'array', items: { type: 'string' }, collectionFormat }
    const { operation } = convert({ parameters: [parameter] })
    t.match(operation.parameters, [{ style, explode, schema: { type: 'array', items: { type: 'string' } } }])
  }
  const { operation, remarks } = convert({
    parameters: [
      { name: 'm', in: 'query', type: 'array', items: { type: 'array', items: { type: 'string' } } },
    ],
  })
  t.match(operation.parameters, [{ schema: { type: 'string' }, description: /list of lists/ }])
  t.match(remarks, [/"m" is a list of lists/])
})

t.test('a body parameter is a request body in what the operation consumes', async t => {
  const body = {
    name: 'b',
    in: 'body',
    required: true,
    description: 'It.',
    schema: { $ref: '#/definitions/B' },
  }
  const schema = { $ref: '#/definitions/B' }
  const types = (operation: JsonObject, rest?: JsonObject) =>
    convert({ parameters: [body], ...operation }, rest).operation.requestBody
  t.strictSame(types({}), { description: 'It.', required: true, content: { 'application/json': { schema } } })
  t.match(types({}, { consumes: ['text/plain'] }), { content: { 'text/plain': { schema } } })
  t.match(types({ consumes: ['*/*'] }, { consumes: ['text/plain'] }), { content: { '*/*': { schema } } })
  t.strictSame(
    Object.keys((types({ consumes: [] }, { consumes: ['a/b'] }) as JsonObject).content as object),
    ['application/json'],
  )
  t.same(convert({ parameters: [body] }).operation.parameters, [])
})

t.test('form parameters are a form, with a file a multipart one', async t => {
  const fields = [
    { name: 'a', in: 'formData', type: 'string', required: true, description: 'A.' },
    { name: 'l', in: 'formData', type: 'array', items: { type: 'integer' }, collectionFormat: 'pipes' },
    { name: 'm', in: 'formData', type: 'array', items: { type: 'integer' }, collectionFormat: 'multi' },
  ]
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string', description: 'A.' },
      l: { type: 'array', items: { type: 'integer' } },
      m: { type: 'array', items: { type: 'integer' } },
    },
    required: ['a'],
  }
  const encoding = { l: { style: 'pipeDelimited', explode: false }, m: { style: 'form', explode: true } }
  t.strictSame(convert({ parameters: fields }).operation.requestBody, {
    required: true,
    content: { 'application/x-www-form-urlencoded': { schema, encoding } },
  })
  t.match(convert({ parameters: fields, consumes: ['multipart/form-data'] }).operation.requestBody, {
    content: { 'multipart/form-data': { schema } },
  })
  const file = { name: 'f', in: 'formData', type: 'file' }
  const consumes = ['application/x-www-form-urlencoded']
  t.strictSame(convert({ parameters: [file], consumes }).operation.requestBody, {
    required: false,
    content: {
      'multipart/form-data': {
        schema: { type: 'object', properties: { f: { type: 'string', format: 'binary' } } },
      },
    },
  })
})

t.test('what is referred to, and the path’s own, is taken over; the operation’s wins', async t => {
  const rest = {
    parameters: {
      Limit: { name: 'limit', in: 'query', type: 'integer' },
      Body: { name: 'x', in: 'body', schema: {} },
    },
  }
  const pathItem = {
    parameters: [id, { $ref: '#/parameters/Body' }, { name: 'limit', in: 'query', type: 'string' }],
  }
  const { operation, pathItem: item } = convert(
    { parameters: [{ $ref: '#/parameters/Limit' }] },
    rest,
    pathItem,
  )
  t.match(operation.parameters, [
    { name: 'id', schema: { type: 'string' } },
    { name: 'limit', schema: { type: 'integer' } },
  ])
  t.equal((operation.parameters as unknown[]).length, 2)
  t.equal(item.parameters, undefined)
  t.match(operation.requestBody, { required: false, content: { 'application/json': { schema: {} } } })
  const broken = convert({ parameters: [{ $ref: '#/parameters/None' }] })
  t.same(broken.operation.parameters, [{ $ref: '#/parameters/None' }])
})

t.test('answers are given in what the operation produces', async t => {
  const responses = {
    200: { description: 'ok', schema: { $ref: '#/definitions/B' }, headers: { 'X-A': { type: 'integer' } } },
    201: { description: 'no content' },
    202: { $ref: '#/responses/File' },
    'x-note': 1,
  }
  const rest = { produces: ['text/csv'], responses: { File: { description: 'f', schema: { type: 'file' } } } }
  const schema = { $ref: '#/definitions/B' }
  t.match(convert({ responses }, rest).operation.responses, {
    200: {
      description: 'ok',
      content: { 'text/csv': { schema } },
      headers: { 'X-A': { schema: { type: 'integer' } } },
    },
    201: { description: 'no content', content: undefined },
    202: { content: { 'text/csv': { schema: { type: 'string', format: 'binary' } } } },
    'x-note': 1,
  })
  t.match(convert({ responses }).operation.responses, {
    200: { content: { 'application/json': { schema } } },
  })
})

t.test('a document’s servers and security schemes are said as OpenAPI 3 says them', async t => {
  const servers = (document: JsonObject, url?: string) =>
    loaded({ swagger: '2.0', ...document }, url).document.servers
  t.same(servers({ host: 'a.example', basePath: '/v1', schemes: ['http', 'https'] }), [
    { url: 'https://a.example/v1' },
    { url: 'http://a.example/v1' },
  ])
  t.same(servers({ host: 'a.example' }), [{ url: 'https://a.example/' }])
  t.same(servers({ host: 'a.example' }, 'http://b.example/x.json'), [{ url: 'http://a.example/' }])
  t.same(servers({ basePath: 'v1', schemes: ['wss'] }, 'http://b.example/x.json'), [{ url: '/v1' }])
  t.same(servers({ schemes: ['https'] }, 'http://b.example:8/x.json'), [{ url: 'https://b.example:8/' }])
  t.same(servers({}), [{ url: '/' }])
  const { components } = loaded({
    swagger: '2.0',
    securityDefinitions: {
      b: { type: 'basic' },
      k: { type: 'apiKey', in: 'query', name: 'key' },
      o: { type: 'oauth2', flow: 'accessCode', authorizationUrl: 'u', tokenUrl: 'v', scopes: { a: 'A' } },
    },
  }).document
  t.match(components, {
    securitySchemes: {
      b: { type: 'http', scheme: 'basic' },
      k: { type: 'apiKey', in: 'query', name: 'key' },
      o: {
        type: 'oauth2',
        flows: { authorizationCode: { authorizationUrl: 'u', tokenUrl: 'v', scopes: { a: 'A' } } },
      },
    },
  })
})

t.test('an operation compiles, its pointer is the original’s', async t => {
  const tool = onlyTool(
    compileDocument(
      swagger(
        {
          parameters: [
            id,
            { name: 'key', in: 'query', type: 'string' },
            { name: 'b', in: 'body', required: true, schema: { $ref: '#/definitions/B' } },
          ],
        },
        {
          definitions: { B: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
          securityDefinitions: { k: { type: 'apiKey', in: 'query', name: 'key' } },
        },
      ),
    ),
  )
  t.match(tool, {
    operation: { pointer: '#/paths/~1things~1{id}/post' },
    inputSchema: { required: ['id', 'n'], properties: { id: { type: 'string' }, n: { type: 'integer' } } },
  })
  t.equal((tool.inputSchema.properties as JsonObject).key, undefined, 'a credential')
})

t.test('odd parameters harm nobody else', async t => {
  for (const parameters of [
    null,
    {},
    [null],
    ['x'],
    [{}],
    [{ in: 'formData' }],
    [{ in: 'body' }],
    [{ $ref: 1 }],
  ]) {
    t.doesNotThrow(() => compileDocument(swagger({ parameters })), JSON.stringify(parameters))
  }
})
