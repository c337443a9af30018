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
    ...[
      'X-Forwarded-For',
      'X_Forwarded_Host',
      'X-Real-IP',
      'X-HTTP-Method-Override',
      'X-Original-URL',
      'Destination',
    ],
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
  t.match(get([parameter]), { report: [{ outcome: 'degraded', reasons: [/left out unless a rule binds/] }] })
  t.strictSame(properties([parameter]), [])
  t.match(get([{ ...parameter, required: true }]).report, [{ outcome: 'skipped', reasons: [/bind/] }])
  const rules = [{ match: { operation: 'op' }, bind: { 'x-user-id': 'principal.subject' } }]
  const tool = onlyTool(get([{ ...parameter, required: true }], { api: { tools: { rules } } }))
  t.strictSame([...tool.bind.keys()], ['X-User-Id'])
  t.match(tool.plan.headers, [{ name: 'X-User-Id' }])
})

t.test('what can’t be sent: required skips the operation, optional leaves it out', async t => {
  for (const parameter of [
    { name: 'x', in: 'formData', schema },
    { name: 'x', in: 'constructor', schema },
    { name: 'q', in: 'query', style: 'matrix', schema },
    { name: 'q', in: 'query', content: {} },
    { name: 'q', in: 'querystring', schema },
    { name: 'bad name', in: 'header', schema },
    { name: 'bad;name', in: 'cookie', schema },
    { name: 'c', in: 'cookie', style: 'simple', schema },
  ]) {
    const optional = get([parameter])
    t.match(optional.report, [{ outcome: 'degraded', reasons: [/left out/] }], JSON.stringify(parameter))
    const { query, headers, cookies } = onlyTool(optional).plan
    t.equal(query.length + headers.length + cookies.length, 0)
    t.match(get([{ ...parameter, required: true }]).report, [{ outcome: 'skipped' }])
  }
})

t.test('a path parameter that nobody described is a required text; nothing is missing then', async t => {
  const { tools, report } = get([{ name: 'other', in: 'path', required: true, schema }], { path: '/a/{id}' })
  t.match(tools[0]?.inputSchema, { properties: { id: { type: 'string' } }, required: ['id'] })
  t.match(report, [{ outcome: 'exposed', reasons: [/"id" is not described/, /"other" is not in the path/] }])
})

t.test('cookies: both styles, exploded unless said otherwise', async t => {
  const { plan, inputSchema } = onlyTool(
    get([
      { name: 'a', in: 'cookie', required: true, schema },
      { name: 'b', in: 'cookie', style: 'cookie', schema: { type: 'array', items: {} } },
      { name: 'c', in: 'cookie', explode: false, schema: { type: 'array', items: {} } },
      { name: 'd', in: 'cookie', content: { 'application/json': { schema: { type: 'object' } } } },
    ]),
  )
  t.match(plan.cookies, [
    { name: 'a', style: 'form', explode: true, json: false, required: true },
    { name: 'b', style: 'cookie', explode: true },
    { name: 'c', style: 'form', explode: false },
    { name: 'd', style: 'form', json: true },
  ])
  t.match(inputSchema, { required: ['a'], properties: { a: { type: 'string' }, b: { type: 'array' } } })
})

t.test(
  'cookies that sign in or keep a session never reach the model, nor do tokens by their description',
  async t => {
    const names = [
      ...['session', 'sessionid', 'PHPSESSID', 'JSESSIONID', 'ASP.NET_SessionId', 'connect.sid', 'sid'],
      ...['auth_token', 'access_token', 'jwt', 'XSRF-TOKEN', 'csrftoken', 'remember_me', '__Host-x', 'user'],
    ]
    const fine = ['theme', 'assessment', 'side', 'locale', 'debug']
    const parameters = [...names, ...fine].map(name => ({ name, in: 'cookie', required: true, schema }))
    t.strictSame(properties(parameters), fine)
    const token = {
      name: 'token',
      in: 'query',
      description: 'Authentication token. Requires scope: `x`',
      schema,
    }
    t.strictSame(properties([token]), [])
    t.match(get([token]).report, [{ outcome: 'exposed', reasons: [/"token" carries a credential/] }])
    t.strictSame(properties([{ ...token, description: 'The token to revoke' }]), ['token'])
  },
)

t.test('content of any type: JSON, a form, or the text that is given', async t => {
  const object = { type: 'object' }
  const { plan, inputSchema } = onlyTool(
    get([
      { name: 'j', in: 'query', content: { 'text/plain': {}, 'application/x+json': { schema: object } } },
      {
        name: 'f',
        in: 'query',
        content: {
          'application/x-www-form-urlencoded': {
            schema: object,
            encoding: { a: { style: 'pipeDelimited' }, b: { contentType: 'application/json' }, c: {} },
          },
        },
      },
      { name: 'x', in: 'query', content: { 'application/xml': { schema: object } } },
      { name: 't', in: 'query', content: { 'text/csv': { schema: { type: 'string', maxLength: 3 } } } },
    ]),
  )
  t.match(plan.query, [
    { name: 'j', json: true, form: undefined },
    {
      name: 'f',
      json: false,
      form: [
        { argument: 'a', style: 'pipeDelimited', explode: false, json: false },
        { argument: 'b', style: 'form', json: true },
      ],
    },
    { name: 'x', json: false, explode: false },
    { name: 't', json: false },
  ])
  t.match(inputSchema, {
    properties: { j: object, f: object, x: { type: 'string' }, t: { type: 'string', maxLength: 3 } },
  })
})

t.test('the whole query: a form’s properties become arguments, anything else is one', async t => {
  const querystring = (type: string, media: object, rest: object = {}) =>
    onlyTool(get([{ name: 'filter', in: 'querystring', content: { [type]: media }, ...rest }]))
  const form = 'application/x-www-form-urlencoded'
  const flat = {
    type: 'object',
    required: ['a'],
    properties: { a: schema, b: { type: 'object' }, 'c[]': {} },
  }
  const known = querystring(
    form,
    { schema: flat, encoding: { b: { style: 'deepObject' } } },
    { required: true },
  )
  t.match(known.plan.query, [
    { name: 'a', argument: 'a', required: true, style: 'form' },
    { name: 'b', argument: 'b', style: 'deepObject' },
    { name: 'c[]', argument: 'c' },
  ])
  t.match(known.inputSchema, { required: ['a'], properties: { a: {}, b: {}, c: {} } })
  t.match(querystring(form, { schema: flat }).plan.query, [
    { argument: 'filter', isWholeQuery: true, form: [] },
  ])
  t.match(querystring(form, {}).plan.query, [{ isWholeQuery: true, form: [] }])
  t.match(querystring('application/json', { schema: flat }).plan.query, [{ isWholeQuery: true, json: true }])
  const path = querystring('application/jsonpath', { schema, example: '$.a' })
  t.match(path.plan.query, [{ isWholeQuery: true, json: false }])
  t.match(path.inputSchema, { properties: { filter: { type: 'string' } } })
})

t.test('what a rule binds can’t be said inside of the whole query', async t => {
  const rules = [{ match: { operation: 'op' }, bind: { org: 'principal.organization' } }]
  const content = { 'application/json': { schema: { type: 'object', properties: { org: schema } } } }
  const parameters = [
    { name: 'filter', in: 'querystring', content },
    { name: 'org', in: 'header', schema },
  ]
  t.match(get(parameters, { api: { tools: { rules } } }).report, [
    { outcome: 'skipped', reasons: [/binds "org", which callers could still set inside the query/] },
  ])
})

t.test('content headers that do not frame the message are parameters', async t => {
  const names = ['Content-Range', 'Content-MD5', 'content-language', 'Content-Length', 'Content-Encoding']
  const parameters = names.map(name => ({ name, in: 'header', schema }))
  t.strictSame(properties(parameters), ['Content-Range', 'Content-MD5', 'content-language'])
})
