import { once } from 'node:events'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { createOperationMatcher } from '../../src/catalogue/paths/match-operation.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import { PosternError } from '../../src/errors.ts'
import { registerPassthrough } from '../../src/upstream/passthrough.ts'
import type { PassthroughOptions, PassthroughRecord } from '../../src/upstream/passthrough-call.ts'
import { createUpstream } from '../../src/upstream/send.ts'
import { startBackend } from './fixtures/backend.ts'
import { parameter, plan } from './fixtures/plan.ts'
import { tool } from './fixtures/tool.ts'

const PRINCIPAL: Principal = {
  subject: 'u1',
  organization: 'acme',
  roles: [],
  scopes: ['read:things'],
  scheme: 'token',
  schemeIndex: 0,
  credentialId: 'tok_1',
  expiresAt: undefined,
  client: undefined,
  sequence: undefined,
  issuedAt: undefined,
  restsOn: [],
  audience: undefined,
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: { error?: { code?: string; message?: string } }
}

interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
}

function tools(baseUrl: string): readonly Tool[] {
  const at = (method: string, path: Tool['plan']['path'], more: Partial<Tool['plan']> = {}) =>
    plan({ baseUrl, method, path, ...more })
  return [
    tool('list', {
      path: '/things',
      plan: at('GET', ['/things'], {
        query: [parameter('org_id', { style: 'form' })],
        headers: [parameter('X-Note'), parameter('X-User-Id'), parameter('Email')],
      }),
    }),
    tool('head', { method: 'HEAD', path: '/things', plan: at('HEAD', ['/things']) }),
    tool('get', { path: '/things/{id}', plan: at('GET', ['/things/', parameter('id')]) }),
    tool('create', { method: 'POST', path: '/things', plan: at('POST', ['/things']) }),
    tool('remove', {
      method: 'DELETE',
      path: '/things/{id}',
      plan: at('DELETE', ['/things/', parameter('id')]),
    }),
    tool('hidden', { path: '/hidden', plan: at('GET', ['/hidden']) }),
    tool('org', {
      path: '/orgs/{org_id}/x',
      bind: { org_id: 'principal.organization' },
      plan: at('GET', ['/orgs/', parameter('org_id'), '/x']),
    }),
    tool('mine', {
      path: '/mine',
      bind: { org_id: 'principal.organization', 'X-User-Id': 'principal.subject' },
      plan: at('GET', ['/mine'], {
        query: [parameter('org_id', { style: 'form' })],
        headers: [parameter('X-User-Id')],
      }),
    }),
    tool('post_mine', {
      method: 'POST',
      path: '/mine',
      bind: { org_id: 'principal.organization' },
      plan: at('POST', ['/mine'], { query: [parameter('org_id', { style: 'form' })] }),
    }),
    tool('nobody', {
      path: '/nobody',
      bind: { org_id: 'principal.roles[0]' },
      plan: at('GET', ['/nobody'], { query: [parameter('org_id', { style: 'form' })] }),
    }),
    tool('cookies', {
      path: '/cookies',
      bind: { tenant: 'principal.organization' },
      plan: at('GET', ['/cookies'], {
        cookies: [parameter('tenant', { style: 'form' }), parameter('theme', { style: 'form' })],
      }),
    }),
    tool('beta', {
      path: '/things?beta=true',
      plan: at('GET', ['/things'], { fixedQuery: [['beta', 'true']] }),
    }),
    tool('bound_body', {
      method: 'POST',
      path: '/bound',
      bind: { org_id: 'principal.organization' },
      plan: at('POST', ['/bound'], {
        body: {
          kind: 'properties',
          mediaType: 'application/json',
          properties: new Map([['org_id', 'org_id']]),
          required: true,
        },
      }),
    }),
  ]
}

async function setUp(
  t: Test,
  listener: RequestListener,
  options: Partial<PassthroughOptions> & { timeout?: number } = {},
) {
  const backend = await startBackend(listener)
  const baseUrl = `${backend.origin}/v1`
  const upstream = createUpstream({ connections: 4, timeout: 5000, responseLimit: 1000 })
  const records: PassthroughRecord[] = []
  const waiting: ((record: PassthroughRecord) => void)[] = []
  const logged: string[] = []
  const stream = { write: (line: string) => logged.push(line) }
  const fastify = Fastify({ bodyLimit: 1000, logger: { level: 'warn', stream } })
  registerPassthrough(fastify, {
    path: '/api',
    requestLimit: 500,
    // The composition root hands over the API's whole configuration.
    limits: () =>
      Object.assign({ timeout: options.timeout ?? 5000, responseLimit: 1000 }, { credentials: [] }),
    match: createOperationMatcher(tools(baseUrl)),
    access: {
      isHostAllowed: host => host !== 'evil.example',
      isOriginAllowed: origin => origin === undefined,
    },
    authenticate: async ({ headers }) => {
      if (headers.authorization === undefined) throw new PosternError('missing_token')
      return { principal: PRINCIPAL, forwardable: {} }
    },
    decide: (_, tool) =>
      tool.name === 'hidden'
        ? { allow: false, code: 'insufficient_scope', scopes: ['read:hidden'], message: 'needs read:hidden' }
        : { allow: true },
    credentials: () => ({ headers: { authorization: 'Bearer gateway' }, from: 'gateway' }),
    upstream: () => upstream,
    credentialHeaders: new Set(['authorization', 'email', 'token']),
    challenge: (error): Record<string, string> =>
      error.status === 401 || error.status === 403
        ? { 'www-authenticate': `Bearer error="${error.code}"` }
        : {},
    onCall: record => {
      records.push(record)
      for (const resolve of waiting.splice(0)) resolve(record)
    },
    ...options,
  })
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await fastify.close()
    await backend.close()
    await upstream.close()
  })
  const address = fastify.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const ask = (path: string, asking: Ask = {}) => call(port, path, asking)
  const nextRecord = () => new Promise<PassthroughRecord>(resolve => waiting.push(resolve))
  return { backend, ask, records, nextRecord, port, logged, fastify }
}

/** Sends the path exactly as given. */
async function call(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Ask,
): Promise<Answer> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: { authorization: 'Bearer client', ...headers },
  })
  request.end(body)
  const [response] = await once(request, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.statusCode, headers: response.headers, text, json }
}

/** Answers with what it got. */
const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  response.setHeader('content-type', 'application/json')
  response.end(Buffer.concat(chunks).toString() || '{}')
}

t.test('an operation reaches the backend with our credential, path and query byte for byte', async t => {
  const { ask, backend, nextRecord } = await setUp(t, echo)
  const record = nextRecord()
  const { status } = await ask("/api/things/a%20b'()*!$,:@%C3%A9?q=%2e%2E/../x&&a[]=1&p=+")
  t.equal(status, 200)
  t.match(backend.requests[0], {
    method: 'GET',
    url: "/v1/things/a%20b'()*!$,:@%C3%A9?q=%2e%2E/../x&&a[]=1&p=+",
  })
  t.equal(backend.requests[0]?.headers.authorization, 'Bearer gateway')
  t.equal(backend.requests[0]?.headers.host, new URL(backend.origin).host)
  t.match(await record, {
    outcome: 'ok', code: undefined, tool: 'get', tier: 'read', principal: PRINCIPAL, upstreamStatus: 200, remoteAddress: '127.0.0.1',
  }) // biome-ignore format: short
})

t.test('bodies go through as bytes, whatever their type', async t => {
  const { ask, backend } = await setUp(t, echo)
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', undefined]) {
    const headers = { 'content-length': '15', ...(type === undefined ? {} : { 'content-type': type }) }
    const { text } = await ask('/api/things', { method: 'POST', headers, body: '{ "a":1 ,"a":2}' })
    t.equal(text, '{ "a":1 ,"a":2}', type ?? 'no type')
    t.equal(backend.requests.at(-1)?.headers['content-type'], type)
  }
  t.equal((await ask('/api/things', { method: 'POST' })).status, 200, 'an empty body')
  t.equal((await ask('/api/things/1', { method: 'DELETE' })).status, 200)
  t.equal((await ask('/api/things', { method: 'HEAD' })).status, 200)
})

t.test('the client’s credentials, cookies, proxy and identity headers stay here', async t => {
  const { ask, backend } = await setUp(t, echo)
  await ask('/api/things', {
    headers: {
      cookie: 'session=1', email: 'a@b.c', token: 's', 'x-api-key': 'k', 'proxy-authorization': 'x', te: 'trailers',
      connection: 'close, x-note2', 'x-note2': 'y', forwarded: 'for=1', 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'h',
      'x-forwarded-user': 'root', 'x-real-ip': '1.2.3.4', 'x-user': 'root', 'x-user-id': 'root', x_user_id: 'root',
      'x-remote-user': 'root', 'remote-user': 'root', 'x-auth-request-email': 'root', 'x-http-method-override': 'DELETE',
      'x-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-original-url': '/admin', 'x-unknown': '1',
      accept: 'application/json', 'x-note': 'declared', 'if-match': '"1"',
    },
  }) // biome-ignore format: a table
  const { host: _, ...received } = backend.requests[0]?.headers ?? {}
  t.same(received, {
    accept: 'application/json', 'x-note': 'declared', 'if-match': '"1"', authorization: 'Bearer gateway', connection: 'keep-alive',
  }) // biome-ignore format: short
})

t.test('no caller, no operation, no scope: refused before anything is sent, and audited', async t => {
  const { ask, backend, nextRecord } = await setUp(t, echo)
  const cases: [string, string, Ask, number, string, string][] = [
    ['GET', '/api/things', { headers: { authorization: [] } }, 401, 'missing_token', 'denied'],
    ['GET', '/api/nothing', {}, 404, 'unknown_operation', 'error'],
    ['GET', '/api', {}, 404, 'unknown_operation', 'error'],
    ['PUT', '/api/things', { body: '{}' }, 404, 'unknown_operation', 'error'],
    ['GET', '/api/hidden', {}, 403, 'insufficient_scope', 'denied'],
    ['GET', '/api/things', { headers: { host: 'evil.example' } }, 403, 'host_not_allowed', 'denied'],
    [
      'GET',
      '/api/things',
      { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
      403,
      'origin_not_allowed',
      'denied',
    ],
    [
      'GET',
      '/api/things',
      { headers: { origin: 'https://evil.example' } },
      403,
      'origin_not_allowed',
      'denied',
    ],
  ]
  for (const [method, path, asking, status, code, outcome] of cases) {
    const record = nextRecord()
    const answer = await ask(path, { method, ...asking })
    t.match([answer.status, answer.json.error?.code], [status, code], `${method} ${path} ${code}`)
    t.type(answer.json.error?.message, 'string')
    t.match(await record, { outcome, code })
    if (status === 403 || status === 401) t.ok(answer.headers['www-authenticate'])
  }
  t.same((await ask('/api/hidden')).json.error?.message, 'needs read:hidden')
  t.equal(backend.requests.length, 0)
})

t.test('paths that a backend could read differently are no operations', async t => {
  const { ask, backend } = await setUp(t, echo)
  const paths = [
    '/api/things/..', '/api/things/../hidden', '/api/things/%2e%2e/hidden', '/api/things/%2E%2E', '/api/things/a%2fb',
    '/api/things/a%5cb', '/api/things/a\\b', '/api//things', '/api/things//1', '/api/./things', '/api/%74hings',
    '/%61pi/things', '/api/things/a%00', '/api/things/%', '/api/things/%zz', '/api/things/..;/hidden', '/api/hidden/../things',
    '/api/things/a%0d%0ab', '/api/things/%252e%252e', '/api/things/a|b', '/api/%68idden', '/apix/things', '/api/HIDDEN',
    '//127.0.0.1/api/things', 'http://127.0.0.1/api/things', '/api/things/%ff',
  ] // biome-ignore format: a table
  for (const path of paths) {
    const { status } = await ask(path)
    t.ok(status === 404 || status === 400, `${path.replace('\\', 'backslash')} gives ${status}`)
  }
  t.equal(backend.requests.length, 0)
})

t.test('bound parameters come from the caller alone', async t => {
  const { ask, backend } = await setUp(t, echo)
  t.equal((await ask('/api/orgs/acme/x')).status, 200)
  const before = backend.requests.length
  for (const path of [
    '/api/orgs/other/x',
    '/api/orgs/ACME/x',
    '/api/orgs/acme%20/x',
    '/api/orgs/acme,other/x',
  ]) {
    const { status, json } = await ask(path)
    t.match([status, json.error?.code], [403, 'access_denied'], path)
  }
  t.equal((await ask('/api/nobody')).json.error?.code, 'access_denied', 'a caller without the value')
  t.match((await ask('/api/bound', { method: 'POST', body: '{"org_id":"other"}' })).json, {
    error: { code: 'invalid_request' },
  })
  t.equal(backend.requests.length, before, 'none of them was sent')
  const spellings = [
    'org_id=other',
    'ORG_ID=other',
    'org_id[]=other',
    'org_id%5B0%5D=o',
    'org%5Fid=o',
    '%6frg_id=o',
    'org.id=o',
    'org+id=o',
    'x=1;org_id=other',
    'org_id',
    '%256frg_id=o',
  ]
  for (const spelling of spellings) {
    await ask(`/api/mine?a=1&${spelling}&b=2&${spelling}`, {
      headers: { 'x-user-id': 'root', X_User_Id: 'root' },
    })
    t.equal(backend.requests.at(-1)?.url, '/v1/mine?a=1&b=2&org_id=acme', spelling)
    t.equal(backend.requests.at(-1)?.headers['x-user-id'], 'u1')
    t.notOk('x_user_id' in (backend.requests.at(-1)?.headers ?? {}))
  }
})

t.test('the query can not say what is bound in the path', async t => {
  const { ask, backend } = await setUp(t, echo)
  for (const spelling of ['org_id=other', 'Org_Id[]=other', 'org%255fid=o', 'x=1;org_id=other']) {
    await ask(`/api/orgs/acme/x?a=1&${spelling}`)
    t.equal(backend.requests.at(-1)?.url, '/v1/orgs/acme/x?a=1', spelling)
  }
})

t.test('a bound cookie is the only one that is sent', async t => {
  const { ask, backend } = await setUp(t, echo)
  await ask('/api/cookies?TENANT=other', { headers: { cookie: 'tenant=other; theme=dark; session=x' } })
  t.equal(backend.requests[0]?.headers.cookie, 'tenant=acme')
  t.equal(backend.requests[0]?.url, '/v1/cookies')
})

t.test('a query can not make a request another operation', async t => {
  const { ask, backend } = await setUp(t, echo)
  t.equal((await ask('/api/things?betamax=true')).status, 200)
  for (const query of ['beta=true', 'a=1&BETA', 'b%65ta=false', 'beta[]=1', 'x;beta=true']) {
    t.match((await ask(`/api/things?${query}`)).json, { error: { code: 'invalid_request' } }, query)
  }
  t.equal(backend.requests.length, 1)
})

t.test('a request can not ask for another method', async t => {
  const { ask, backend } = await setUp(t, echo)
  const post = (type: string, body: string) => ({ method: 'POST', body, headers: { 'content-type': type } })
  const cases: [string, Ask][] = [
    ['/api/things?_method=DELETE', {}],
    ['/api/things?a=1;_method=DELETE', {}],
    ['/api/things?%5Fmethod=DELETE', post('application/json', '{}')],
    ['/api/things?_METHOD[]=DELETE', {}],
    ['/api/things', post('application/x-www-form-urlencoded', 'a=1&%5fmethod=DELETE')],
    [
      '/api/things',
      post(
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="_method"\r\n\r\nDELETE\r\n--x--',
      ),
    ],
    ['/api/things', post('application/json', '{"\\u005fmethod":"DELETE"}')],
    ['/api/things', post('application/json', '{"_method":"DELETE"')],
    ['/api/things', post('application/json; x=urlencoded', '{"_method":"DELETE"}')],
    ['/api/things', post('application/x-www-form-urlencoded', '.method=DELETE')],
    ['/api/things', post('application/x-www-form-urlencoded', '_method%00x=DELETE')],
    ['/api/things', { method: 'POST', body: '_method=DELETE' }],
    [
      '/api/things',
      post(
        'multipart/form-data; boundary=x',
        "--x\r\nContent-Disposition: form-data; name*=utf-8''%5Fmethod\r\n\r\nDELETE\r\n--x--",
      ),
    ],
  ]
  for (const [path, asking] of cases) {
    const { status, json } = await ask(path, asking)
    t.match(
      [status, json.error?.code],
      [400, 'invalid_request'],
      `${path} ${asking.body}`.replaceAll(/[\r\n]+/g, ' '),
    )
  }
  t.equal(backend.requests.length, 0)
  t.equal((await ask('/api/things?method=a', post('application/json', '{"text":"_method"}'))).status, 200)
})

t.test('a body that only the backend could read can not ask for another method', async t => {
  const { ask, backend } = await setUp(t, echo)
  const form = 'application/x-www-form-urlencoded'
  const utf16 = Buffer.from('{"_method":"DELETE"}', 'utf16le')
  const cases: [Record<string, string>, Buffer][] = [
    [{ 'content-type': form, 'content-encoding': 'gzip' }, gzipSync('_method=DELETE')],
    [{ 'content-type': 'application/json', 'content-encoding': 'br' }, Buffer.from('x')],
    [{ 'content-type': 'application/json; charset=utf-16le' }, utf16],
  ]
  for (const [headers, body] of cases) {
    const { status, json } = await ask('/api/things', { method: 'POST', headers, body })
    t.match([status, json.error?.code], [400, 'invalid_request'], JSON.stringify(headers))
  }
  t.equal(backend.requests.length, 0)
  const image = { 'content-type': 'image/svg+xml', 'content-encoding': 'gzip' }
  t.equal((await ask('/api/things', { method: 'POST', headers: image, body: gzipSync('x') })).status, 200)
  const lines = { 'content-type': 'application/x-ndjson' }
  t.equal((await ask('/api/things', { method: 'POST', headers: lines, body: '[1]\n{"a":2}' })).status, 200)
})

t.test('a body can not say what is bound elsewhere', async t => {
  const { ask, backend } = await setUp(t, echo)
  const post = (type: string, body: string) => ({ method: 'POST', body, headers: { 'content-type': type } })
  const form = 'application/x-www-form-urlencoded'
  for (const asking of [
    post('application/json', '{"org_id":"other"}'),
    post('application/json', '{"Org_Id":{"a":1}}'),
    post(form, 'a=1&org%5fid[]=other'),
    post(
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="org.id"\r\n\r\no\r\n--x--',
    ),
  ]) {
    const { status, json } = await ask('/api/mine', asking)
    t.match([status, json.error?.code], [400, 'invalid_request'], asking.body.replaceAll(/[\r\n]+/g, ' '))
  }
  t.equal(backend.requests.length, 0)
  t.equal((await ask('/api/mine', post('application/json', '{"organization":"org_id"}'))).status, 200)
  t.equal(backend.requests.at(-1)?.url, '/v1/mine?org_id=acme')
})

t.test('the answer comes without what the backend would say for our origin', async t => {
  const { ask, backend } = await setUp(t, (request, response) => {
    const locations: Record<string, string> = {
      1: `${backend.origin}/v1/things/9?x#y`, 2: '/v1/things/9', 3: '9', 4: '/internal', 5: 'https://cdn.example/f',
      6: 'javascript:alert(1)', 7: 'http://u:p@cdn.example/', 8: '/v1evil',
    } // biome-ignore format: a table
    response.writeHead(Number(request.url?.split('/').at(-1)) > 0 ? 201 : 401, {
      'set-cookie': ['a=1', 'b=2'], 'access-control-allow-origin': '*', 'strict-transport-security': 'max-age=1',
      connection: 'x-hop', 'x-hop': '1', 'www-authenticate': 'Basic realm="internal"', 'x-rate': '7', server: 'x',
      location: locations[request.url?.split('/').at(-1) ?? ''] ?? '/v1/things/0',
    }) // biome-ignore format: a table
    response.end('{}')
  })
  const { headers, status } = await ask('/api/things/0')
  t.equal(status, 401)
  const { date: _d, connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...shown } = headers
  t.same(shown, { 'x-rate': '7', location: '/api/things/0' })
  const expected = [
    '/api/things/9?x#y',
    '/api/things/9',
    '/api/things/9',
    undefined,
    'https://cdn.example/f',
    undefined,
    undefined,
    undefined,
  ]
  for (const [index, location] of expected.entries()) {
    const answer = await ask(`/api/things/${index + 1}`)
    t.equal(answer.status, 201)
    t.equal(answer.headers.location, location, `location ${index + 1}`)
  }
})

t.test('errors of the backend’s side are JSON and name no address; nothing is retried', async t => {
  const { ask, backend, nextRecord } = await setUp(
    t,
    (request, response) => {
      const name = request.url?.split('/').at(-1)
      if (name === 'reset') request.socket.destroy()
      if (name === 'busy') response.writeHead(503, { 'retry-after': '0' }).end('busy')
      if (name === 'large') response.writeHead(200, { 'content-length': '1001' }).end('x'.repeat(1001))
    },
    { timeout: 200 },
  )
  const cases: [string, number, string][] = [
    ['reset', 502, 'upstream_unreachable'],
    ['large', 502, 'upstream_too_large'],
    ['silent', 504, 'upstream_timeout'],
  ]
  for (const [name, status, code] of cases) {
    const record = nextRecord()
    const answer = await ask(`/api/things/${name}`)
    t.match([answer.status, answer.json.error?.code], [status, code])
    t.notMatch(answer.text, /127\.0|ECONN|invalid/)
    t.match(await record, { outcome: 'error', code })
  }
  t.match(await ask('/api/things/busy'), { status: 503, text: 'busy' })
  t.equal(backend.requests.length, 4)
})

t.test('an answer that is no HTTP is the backend’s fault, and the connection is closed', async t => {
  for (const status of ['099 Low', '600 High', '999 Denied', '1000 Four']) {
    const { ask, backend } = await setUp(t, ({ socket }) => {
      socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`)
    })
    const closed = backend.nextClose()
    const answer = await ask('/api/things')
    t.match([answer.status, answer.json.error?.code], [502, 'upstream_unreachable'], status)
    await closed
  }
})

t.test('headers go back byte for byte, those that belong to the connection apart', async t => {
  const { ask } = await setUp(t, ({ socket }) => {
    const head = 'X-Name: \u00e6\u0097\u00a5\r\nConnection: x-hop\r\nX-Hop: 1\r\nContent-Length: 2'
    socket.write(Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\nok`, 'latin1'))
  })
  const { headers } = await ask('/api/things')
  t.equal(headers['x-name'], '\u00e6\u0097\u00a5')
  t.notOk(headers['x-hop'])
})

t.test('bodies over the limit are refused, declared or not', async t => {
  const { ask, backend } = await setUp(t, echo)
  const body = 'x'.repeat(501)
  t.match(await ask('/api/things', { method: 'POST', body, headers: { 'content-length': '501' } }), {
    status: 413,
  })
  const chunked = await ask('/api/things', {
    method: 'POST',
    body,
    headers: { 'transfer-encoding': 'chunked' },
  })
  t.match([chunked.status, chunked.json.error?.code], [413, 'payload_too_large'])
  t.equal(backend.requests.length, 0)
})

t.test('an answer of unknown length is cut at the limit, and one that drips at the timeout', async t => {
  const { ask, backend, nextRecord } = await setUp(
    t,
    (request, response) => {
      response.write('x')
      const isDrip = request.url?.endsWith('drip')
      const timer = setInterval(() => response.write(isDrip ? '.' : 'x'.repeat(400)), 5)
      response.on('close', () => clearInterval(timer))
    },
    { timeout: 300 },
  )
  for (const [name, code] of [
    ['endless', 'upstream_too_large'],
    ['drip', 'upstream_timeout'],
  ] as const) {
    const [closed, record] = [backend.nextClose(), nextRecord()]
    await t.rejects(ask(`/api/things/${name}`), { code: 'ECONNRESET' }, name)
    await closed
    t.match(await record, { outcome: 'error', code, upstreamStatus: 200 })
  }
})

t.test('a backend that breaks off is not taken for a client that left', async t => {
  const { ask, nextRecord } = await setUp(t, ({ socket }, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('some', () => socket.destroy())
  })
  const record = nextRecord()
  await t.rejects(ask('/api/things'), { code: 'ECONNRESET' })
  t.match(await record, { outcome: 'error', code: 'upstream_unreachable', upstreamStatus: 200 })
})

t.test('when the client goes away the backend sees it, and the log is spared', async t => {
  const arrived = Promise.withResolvers<void>()
  const { backend, port, nextRecord, logged } = await setUp(t, () => arrived.resolve())
  const record = nextRecord()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /api/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer c\r\n\r\n')
  await arrived.promise
  const closed = backend.nextClose()
  socket.destroy()
  await closed
  t.match(await record, { code: 'cancelled', outcome: 'error', tool: 'list' })
  t.same(logged, [])
})

t.test(
  'a client that leaves before its turn has not come to a wrong Host, and nothing is sent for it',
  async t => {
    const { backend, port, nextRecord } = await setUp(t, echo, {
      access: { isHostAllowed: (_, port) => port !== undefined, isOriginAllowed: () => true },
    })
    const record = nextRecord()
    const socket = connect(port, '127.0.0.1')
    // What is no HTTP ends the connection in the same turn.
    socket.write('GET /api/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer c\r\n\r\n\u0000\r\n\r\n')
    t.match(await record, { code: 'cancelled', outcome: 'error' })
    t.equal(backend.requests.length, 0)
  },
)

t.test('nothing is sent for a client that leaves while it signs in', async t => {
  const [asked, allowed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { backend, port, nextRecord, ask } = await setUp(t, echo, {
    authenticate: async () => {
      asked.resolve()
      await allowed.promise
      return { principal: PRINCIPAL, forwardable: {} }
    },
  })
  const record = nextRecord()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /api/things/left HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer c\r\n\r\n')
  await asked.promise
  socket.destroy()
  await record
  allowed.resolve()
  t.equal((await ask('/api/things/stayed')).status, 200)
  t.same(
    backend.requests.map(({ url }) => url),
    ['/v1/things/stayed'],
  )
})

t.test('requests of one turn of the event loop are admitted in a row at its end', async t => {
  const steps: string[] = []
  const { fastify } = await setUp(t, echo, {
    authenticate: () => {
      steps.push('signs in')
      return { principal: PRINCIPAL, forwardable: {} }
    },
  })
  setImmediate(() => steps.push('the turn ends'))
  await Promise.all(
    ['/api/things', '/api/things'].map(url => fastify.inject({ url, headers: { host: 'x' } })),
  )
  t.same(steps, ['the turn ends', 'signs in', 'signs in'])
})

t.test('when it goes away within the answer, too', async t => {
  const { backend, port, nextRecord } = await setUp(t, (_, response) => response.write('some'))
  const record = nextRecord()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /api/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer c\r\n\r\n')
  await once(socket, 'data')
  const closed = backend.nextClose()
  socket.destroy()
  await closed
  t.match(await record, { code: 'cancelled', outcome: 'error', tool: 'list' })
})

t.test('the pass-through can be at the root', async t => {
  const { ask, backend } = await setUp(t, echo, { path: '/' })
  t.equal((await ask('/things?x=1')).status, 200)
  t.equal(backend.requests[0]?.url, '/v1/things?x=1')
  t.equal((await ask('/api/things')).status, 404)
})
