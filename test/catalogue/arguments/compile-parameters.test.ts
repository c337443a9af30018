import t from 'tap'
import { type CompileOptions, compileDocument, compileOperation, onlyTool } from '../compile-document.ts'

const get = (
  parameters: unknown[],
  options: CompileOptions & { path?: string; document?: Record<string, unknown> } = {},
) => compileOperation({ operationId: 'op', parameters }, { method: 'get', ...options })
const properties = (parameters: unknown[], options = {}) =>
  Object.keys((onlyTool(get(parameters, options)).inputSchema as { properties: object }).properties)
const schema = { type: 'string' }

t.test('styles, explode and allowReserved, with their defaults', async t => {
  const { query, headers, path } = onlyTool(
    get(
      [
        { name: 'p', in: 'path', required: true, style: 'matrix', explode: true, schema },
        { name: 'a', in: 'query', schema },
        { name: 'b', in: 'query', style: 'deepObject', explode: true, schema: { type: 'object' } },
        { name: 'c', in: 'query', style: 'pipeDelimited', allowReserved: true, schema: { type: 'array' } },
        { name: 'd', in: 'query', explode: false, schema: { type: 'array' } },
        { name: 'e', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } },
        { name: 'X-H', in: 'header', schema },
      ],
      { path: '/a/{p}.json' },
    ),
  ).plan
  t.match(path, ['/a/', { name: 'p', style: 'matrix', explode: true, required: true }, '.json'])
  t.match(query, [
    { name: 'a', style: 'form', explode: true, allowReserved: false, json: false, required: false },
    { name: 'b', style: 'deepObject', explode: true },
    { name: 'c', style: 'pipeDelimited', explode: false, allowReserved: true },
    { name: 'd', style: 'form', explode: false },
    { name: 'e', json: true },
  ])
  t.match(headers, [{ name: 'X-H', argument: 'X-H', style: 'simple', explode: false }])
})

t.test('the operation overrides the path item, by name and location', async t => {
  const { tools } = compileDocument({
    components: { parameters: { Page: { name: 'page', in: 'query', schema: { type: 'integer' } } } },
    paths: {
      '/a/{id}': {
        parameters: [
          { name: 'id', in: 'path', required: true, schema },
          { $ref: '#/components/parameters/Page' },
          { name: 'x-trace', in: 'header', schema },
        ],
        get: {
          parameters: [
            { name: 'page', in: 'query', required: true, schema },
            { name: 'X-Trace', in: 'header', schema: { type: 'integer' } },
          ],
        },
      },
    },
  })
  t.match(tools[0]?.inputSchema, {
    properties: { id: schema, page: { type: 'string' }, 'X-Trace': { type: 'integer' } },
    required: ['id', 'page'],
  })
  t.equal(tools[0]?.plan.headers.length, 1)
})

t.test('headers that are the transport’s, a proxy’s or a credential’s never reach the model', async t => {
  const names = [
    ...['Accept', 'content-type', 'Authorization', 'Host', 'Content-Length', 'Transfer-Encoding', 'Cookie'],
    ...['X-Forwarded-For', 'X_Forwarded_Host', 'X-Real-IP', 'X-HTTP-Method-Override', 'X-Original-URL'],
    ...['X-Api-Key', 'api_key', 'X-Auth-Token', 'Proxy-Authorization', 'Sec-Fetch-Site', 'User-Agent'],
  ]
  const parameters = names.map(name => ({ name, in: 'header', required: true, schema }))
  t.strictSame(properties([...parameters, { name: 'X-Fine', in: 'header', schema }]), ['X-Fine'])
})

t.test('parameters that carry a declared credential leave, also required ones', async t => {
  const document = {
    components: {
      securitySchemes: {
        a: { type: 'apiKey', in: 'query', name: 'key' },
        b: { type: 'apiKey', in: 'header', name: 'X-Custom' },
        c: { type: 'apiKey', in: 'cookie', name: 'session' },
      },
    },
  }
  const parameters = [
    { name: 'key', in: 'query', required: true, schema },
    { name: 'x-custom', in: 'header', required: true, schema },
    { name: 'session', in: 'cookie', required: true, schema },
    { name: 'q', in: 'query', schema },
  ]
  t.strictSame(properties(parameters, { document }), ['q'])
})

t.test('headers that sign callers in or sign the gateway in upstream leave', async t => {
  const parameters = ['Email', 'Token', 'X-Backend', 'X-Fine'].map(name => ({ name, in: 'header', schema }))
  const auth = [{ type: 'headers' as const, headers: ['Email', 'Token'], verify: { request: 'GET /me' } }]
  const api = { credentials: { type: 'static' as const, header: 'x-backend', value: 'v' } }
  t.strictSame(properties(parameters, { auth, api }), ['X-Fine'])
})

t.test('identity headers are for `bind` alone', async t => {
  const parameter = { name: 'X-User-Id', in: 'header', schema }
  t.match(get([parameter]), { report: [{ outcome: 'degraded' }] })
  t.strictSame(properties([parameter]), [])
  t.match(get([{ ...parameter, required: true }]).report, [{ outcome: 'skipped', reasons: [/bind/] }])
  const rules = [{ match: { operation: 'op' }, bind: { 'x-user-id': 'principal.subject' } }]
  const tool = onlyTool(get([{ ...parameter, required: true }], { api: { tools: { rules } } }))
  t.strictSame([...tool.bind.keys()], ['X-User-Id'])
  t.match(tool.plan.headers, [{ name: 'X-User-Id' }])
})

t.test('what can’t be sent: required skips the operation, optional leaves it out', async t => {
  for (const parameter of [
    { name: 'c', in: 'cookie', schema },
    { name: 'x', in: 'formData', schema },
    { name: 'q', in: 'query', style: 'matrix', schema },
    { name: 'q', in: 'query', content: { 'application/xml': {} } },
    { name: 'q', in: 'query', schema: { $ref: 'https://x.example/s.json' } },
    { name: 'bad name', in: 'header', schema },
  ]) {
    const optional = get([parameter])
    t.match(optional.report, [{ outcome: 'degraded', reasons: [/left out/] }], JSON.stringify(parameter))
    t.equal(optional.tools[0]?.plan.query.length, 0)
    t.match(get([{ ...parameter, required: true }]).report, [{ outcome: 'skipped' }])
  }
})

t.test('a path parameter that nobody described is a required text', async t => {
  const { tools, report } = get([{ name: 'other', in: 'path', required: true, schema }], { path: '/a/{id}' })
  t.match(tools[0]?.inputSchema, { properties: { id: { type: 'string' } }, required: ['id'] })
  t.match(report, [{ outcome: 'degraded', reasons: [/"id" is not described/, /"other" is not in the path/] }])
})
