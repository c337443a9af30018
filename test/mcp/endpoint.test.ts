import { request as httpRequest } from 'node:http'
import Fastify from 'fastify'
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { registerMcpEndpoint } from '../../src/mcp/endpoint.ts'
import { CALLER, fakeDoor, openDoor, post, postModern } from './fake-door.ts'

const LIST = { jsonrpc: '2.0', id: 7, method: 'tools/list' }

t.test('other methods get 405 with Allow and an explanation', async t => {
  const { url } = await openDoor(t)
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
    const response = await fetch(url, { method, headers: { accept: 'text/event-stream' } })
    t.equal(response.status, 405, method)
    t.equal(response.headers.get('allow'), 'POST')
    const body = (await response.json()) as { error: { data: { code: string } } }
    t.equal(body.error.data.code, 'method_not_allowed')
  }
  t.equal((await fetch(url, { method: 'HEAD' })).status, 405)
  t.equal(
    (await fetch(url, { method: 'PUT', body: '<a/>', headers: { 'content-type': 'text/xml' } })).status,
    405,
  )
})

t.test('media types are judged before the credential', async t => {
  const { url, door } = await openDoor(t)
  const cases: [Record<string, string | undefined>, number][] = [
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/jsonp' }, 415],
    [{ 'content-type': 'application/json; charset=latin1' }, 415],
    [{ 'content-type': 'application/json, text/plain' }, 415],
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'application/json; charset=utf-8' }, 200],
    [{ 'content-type': 'Application/JSON;charset="UTF-8"' }, 200],
    [{ accept: 'text/html' }, 406],
    [{ accept: 'text/event-stream' }, 406],
    [{ accept: '*/*' }, 200],
    [{ accept: 'application/json' }, 200],
    [{ accept: 'text/html;q=0.5, application/*;q=0.1' }, 200],
  ]
  for (const [headers, status] of cases) {
    const reply = await post(url, LIST, {
      authorization: status === 200 ? 'Bearer good' : undefined,
      ...headers,
    })
    t.equal(reply.status, status, JSON.stringify(headers))
    if (status !== 200) t.type(reply.json.error.data.code, 'string')
  }
  const refused = cases.filter(([, status]) => status !== 200)
  t.equal(door.refusals.length, refused.length, 'each is told to the audit')
  t.ok(door.refusals.every(({ stage, principal }) => stage === 'request' && principal === undefined))
  t.equal((await fetch(url, { method: 'POST' })).status, 415, 'no body and no type')
})

t.test(
  'what is refused before it can be a call is told to the audit, with the caller where one is known',
  async t => {
    const { url, door } = await openDoor(t)
    await fetch(url)
    await fetch(url, { method: 'DELETE' })
    await post(url, `"${'x'.repeat(door.requestLimit)}"`)
    await post(url, 'not even json')
    await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 7 } })
    await post(url, { jsonrpc: '2.0', id: 1, method: 'resources/list' })
    await post(url, [])
    t.match(door.refusals, [
      { stage: 'request', path: '/mcp', error: { code: 'payload_too_large' }, principal: undefined },
      { stage: 'message', error: { code: 'parse_error' }, principal: { subject: 'ada' } },
      { stage: 'message', error: { code: 'invalid_params' }, principal: { subject: 'ada' } },
      { stage: 'message', error: { code: 'invalid_request' }, principal: { subject: 'ada' } },
    ])
    t.equal(door.refusals.length, 4, 'methods that are not there, of HTTP and of MCP, are none of them')
  },
)

t.test('a credential is asked for first, and its refusal is told to the audit', async t => {
  const { url, door } = await openDoor(t)
  const missing = await post(url, 'not even json', { authorization: undefined })
  t.equal(missing.status, 401)
  t.equal(missing.headers.get('www-authenticate'), 'Bearer realm="fake"')
  t.equal(missing.json.error.data.code, 'missing_token')
  const wrong = await post(url, LIST, { authorization: 'Bearer bad' })
  t.equal(wrong.json.error.data.code, 'invalid_token')
  t.match(door.refusals, [
    { stage: 'authentication', path: '/mcp', error: { code: 'missing_token' }, remoteAddress: '127.0.0.1' },
    { stage: 'authentication', error: { code: 'invalid_token' } },
  ])
})

t.test('authentication may take its time, be unavailable, or break', async t => {
  const late = await openDoor(t, { authenticate: async () => CALLER })
  t.equal((await post(late.url, LIST)).status, 200)
  const down = await openDoor(t, {
    authenticate: async () => {
      throw new PosternError('store_unavailable', { headers: { 'retry-after': '5' } })
    },
  })
  const refused = await post(down.url, LIST)
  t.equal(refused.status, 503)
  t.equal(refused.headers.get('retry-after'), '5')
  const broken = await openDoor(t, {
    authenticate: () => {
      throw new Error('secret')
    },
  })
  const internal = await post(broken.url, LIST)
  t.equal(internal.status, 500)
  t.notMatch(internal.text, 'secret')
  t.match(broken.door.unexpected, [new Error('secret')])
})

t.test('N23: Host and Origin are checked before everything else', async t => {
  const { url, door } = await openDoor(t)
  const host = await rawPost(url, { host: 'evil.example.com' })
  t.equal(host.status, 403)
  t.match(host.body, /host_not_allowed/)
  const origin = await post(url, LIST, { origin: 'http://evil.example.com', authorization: undefined })
  t.equal(origin.status, 403)
  t.equal(origin.json.error.data.code, 'origin_not_allowed')
  t.equal(origin.headers.get('access-control-allow-origin'), null)
  t.strictSame(
    door.refusals.map(refusal => [refusal.stage, refusal.error.code]),
    [
      ['access', 'host_not_allowed'],
      ['access', 'origin_not_allowed'],
    ],
  )
  t.equal((await rawPost(url, { host: 'mcp.acme.com' })).status, 200)
  t.equal((await post(url, LIST, { origin: 'https://mcp.acme.com' })).status, 200)
})

t.test('a page of an allowed origin can read answers, 401 and 405 included', async t => {
  const { url } = await openDoor(t)
  const origin = 'http://localhost:6274'
  for (const authorization of ['Bearer good', undefined]) {
    const reply = await post(url, LIST, { origin, authorization })
    t.equal(reply.headers.get('access-control-allow-origin'), origin)
    t.match(reply.headers.get('access-control-expose-headers'), 'WWW-Authenticate')
    t.equal(reply.headers.get('access-control-allow-credentials'), null)
  }
  const get = await fetch(url, { headers: { origin } })
  t.equal(get.headers.get('access-control-allow-origin'), origin)
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'email,token',
    },
  })
  t.equal(preflight.status, 204)
  t.equal(preflight.headers.get('access-control-allow-headers'), 'email,token')
  t.equal(preflight.headers.get('access-control-allow-methods'), 'POST')
  const foreign = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
  t.equal(foreign.status, 403)
  t.equal((await fetch(url, { method: 'OPTIONS' })).status, 405)
})

t.test('a body over the limit is 413', async t => {
  const { url } = await openDoor(t, { requestLimit: 1000 })
  const reply = await post(url, JSON.stringify({ ...LIST, params: { filler: 'x'.repeat(1000) } }))
  t.equal(reply.status, 413)
  t.equal(reply.json.error.data.code, 'payload_too_large')
  const chunked = await rawPost(url, { 'transfer-encoding': 'chunked' }, 'y'.repeat(2000))
  t.equal(chunked.status, 413)
})

t.test('an empty body is a parse error', async t => {
  const { url } = await openDoor(t)
  const reply = await post(url, '')
  t.equal(reply.status, 400)
  t.equal(reply.json.error.code, -32700)
})

t.test('what a tool throws by mistake becomes internal_error and reveals nothing', async t => {
  const { url, door } = await openDoor(t)
  const reply = await postModern(url, 'tools/call', { name: 'crash' })
  t.equal(reply.status, 500)
  t.equal(reply.json.id, 1)
  t.equal(reply.json.error.code, -32603)
  t.type(reply.json.error.data.requestId, 'string')
  t.notMatch(reply.text, /secret/)
  t.match(door.unexpected, [new TypeError('secret internals')])
})

t.test('a call is aborted when the client goes away', async t => {
  const { url, door } = await openDoor(t)
  const controller = new AbortController()
  const gone = fetch(url, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'content-type': 'application/json', authorization: 'Bearer good' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'hang' } }),
  })
  while (door.calls.length === 0) await new Promise(resolve => setImmediate(resolve))
  const signal = door.calls[0]?.signal
  t.equal(signal?.aborted, false)
  const aborted = new Promise<void>(resolve => signal?.addEventListener('abort', resolve))
  controller.abort()
  await t.rejects(gone)
  await aborted
  t.equal(signal?.aborted, true)
})

t.test('an answered call is not aborted afterwards', async t => {
  const { url, door, app } = await openDoor(t)
  await postModern(url, 'tools/call', { name: 'echo' })
  await app.close()
  t.equal(door.calls[0]?.signal.aborted, false)
})

t.test('onResponse hooks of the application see the status', async t => {
  const seen: number[] = []
  const app = Fastify()
  app.addHook('onResponse', async (_request, reply) => {
    seen.push(reply.statusCode)
  })
  registerMcpEndpoint(app, fakeDoor())
  t.teardown(() => app.close())
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`
  await fetch(url)
  await post(url, LIST)
  await app.close()
  t.strictSame(seen, [405, 200])
})

t.test('the caller, the request and the client reach the call', async t => {
  const { url, door } = await openDoor(t)
  await postModern(url, 'tools/call', { name: 'echo', arguments: { text: 'hi' } })
  await post(
    url,
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'echo', _meta: { progressToken: 1 } } },
    { 'mcp-protocol-version': '2025-06-18', 'user-agent': 'old-client/1' },
  )
  t.match(door.calls, [
    {
      name: 'echo',
      arguments: { text: 'hi' },
      caller: CALLER,
      protocolVersion: '2026-07-28',
      client: 'tester/9',
      remoteAddress: '127.0.0.1',
    },
    { arguments: {}, protocolVersion: '2025-06-18', client: 'old-client/1' },
  ])
  t.not(door.calls[0]?.requestId, door.calls[1]?.requestId)
})

/** A POST whose headers are sent exactly as given. */
function rawPost(
  url: string,
  headers: Record<string, string>,
  body: string = JSON.stringify(LIST),
): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>()
  const request = httpRequest(
    url,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer good', ...headers },
    },
    response => {
      let received = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        received += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, body: received }))
    },
  )
  request.on('error', reject)
  request.end(body)
  return promise
}
