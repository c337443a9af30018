import t from 'tap'
import { compileDocument, compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

const openapi = '3.2.0'

t.test('OpenAPI 3.2 has the method QUERY and any other by name', async t => {
  const query = {
    operationId: 'find',
    requestBody: jsonBody({ type: 'object', properties: { q: { type: 'string' } } }),
  }
  const { tools, report } = compileDocument({
    openapi,
    paths: {
      '/things': {
        get: { operationId: 'list' },
        query,
        additionalOperations: {
          COPY: { operationId: 'copy' },
          link: { operationId: 'link' },
          Post: {},
          GET: {},
          TRACE: {},
          connect: {},
          'NO METHOD': {},
          'x-note': {},
        },
      },
    },
  })
  t.match(
    report.map(({ pointer, method, outcome, reasons }) => [pointer, method, outcome, reasons.join()]),
    [
      ['#/paths/~1things/get', 'GET', 'exposed', ''],
      ['#/paths/~1things/query', 'QUERY', 'exposed', ''],
      ['#/paths/~1things/additionalOperations/COPY', 'COPY', 'exposed', ''],
      ['#/paths/~1things/additionalOperations/link', 'link', 'skipped', /capitals/],
      ['#/paths/~1things/additionalOperations/Post', 'Post', 'skipped', /describe it as `post`/],
      ['#/paths/~1things/additionalOperations/GET', 'GET', 'skipped', /has the method GET already/],
      ['#/paths/~1things/additionalOperations/TRACE', 'TRACE', 'skipped', /transport/],
      ['#/paths/~1things/additionalOperations/connect', 'connect', 'skipped', /transport/],
      ['#/paths/~1things/additionalOperations/NO METHOD', '*', 'skipped', /no HTTP method name/],
    ],
  )
  t.equal(report.length, 9)
  t.match(tools, [
    { operation: { method: 'GET' } },
    { tier: 'read', plan: { method: 'QUERY', body: {} }, inputSchema: { properties: { q: {} } } },
    { tier: 'write', plan: { method: 'COPY' } },
  ])
})

t.test('before 3.2 such members are none of the specification’s', async t => {
  const { report } = compileDocument({
    openapi: '3.1.0',
    paths: { '/things': { query: {}, additionalOperations: { COPY: {} } } },
  })
  t.same(report, [])
})

t.test('selectors know every method, and tags by those above them', async t => {
  const document = {
    openapi,
    tags: [
      { name: 'flights' },
      { name: 'abroad', parent: 'flights' },
      { name: 'far', parent: 'abroad' },
      { name: 'a', parent: 'b' },
      { name: 'b', parent: 'a' },
    ],
    paths: {
      '/far': { get: { operationId: 'far', tags: ['far'] }, query: { operationId: 'q', tags: ['other'] } },
      '/flights': { get: { operationId: 'all', tags: ['flights', 'far'] } },
      '/circle': { get: { operationId: 'circle', tags: ['a'] } },
    },
  }
  const named = (include: object[]) => {
    return compileDocument(document, { api: { tools: { include } } }).tools.map(({ name }) => name)
  }
  t.same(named([{ tag: 'flights' }]), ['far', 'all'])
  t.same(named([{ tag: 'b' }]), ['circle'])
  t.same(named([{ method: 'query' }]), ['q'])
  const [far] = compileDocument(document).tools
  t.match(far, { resource: 'far', operation: { tags: ['far'], ancestorTags: ['abroad', 'flights'] } })
})

t.test('media types may be references in 3.2', async t => {
  const content = { 'application/json': { $ref: '#/components/mediaTypes/Thing' } }
  const tool = onlyTool(
    compileOperation(
      {
        parameters: [{ name: 'f', in: 'query', required: true, content }],
        requestBody: { $ref: '#/components/requestBodies/Thing' },
        responses: { 200: { description: 'ok', content } },
      },
      {
        document: {
          openapi,
          components: {
            requestBodies: { Thing: { required: true, content } },
            mediaTypes: {
              Thing: { schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
            },
          },
        },
      },
    ),
  )
  t.match(tool.inputSchema, {
    properties: { n: { type: 'integer' }, f: { properties: { n: { type: 'integer' } } } },
  })
})

t.test('OPTIONS is the browser’s, unless it asks the API something', async t => {
  const body = jsonBody({ type: 'object', properties: { size: { type: 'integer' } } })
  t.match(compileOperation({}, { method: 'options' }).report, [
    { outcome: 'skipped', reasons: [/how the address is reached/] },
  ])
  t.match(compileOperation({ requestBody: body }, { method: 'options' }).tools, [
    { tier: 'read', plan: { method: 'OPTIONS' } },
  ])
})

t.test('a document whose paths are elsewhere and can’t be had says so', async t => {
  t.match(compileDocument({ paths: { $ref: 'paths.yaml' } }).report, [
    { pointer: '#/paths', outcome: 'skipped', reasons: [/paths\.yaml/] },
  ])
})

t.test('a reference into another operation, and one through it', async t => {
  const { tools } = compileDocument({
    paths: {
      '/a': { post: { requestBody: jsonBody({ type: 'object', properties: { n: { type: 'integer' } } }) } },
      '/b': { $ref: '#/paths/~1a' },
      '/c': {
        post: {
          requestBody: { $ref: '#/paths/~1b/post/requestBody' },
        },
      },
    },
  })
  t.equal(tools.length, 3)
  for (const tool of tools) t.match(tool.inputSchema, { properties: { n: { type: 'integer' } } })
})
