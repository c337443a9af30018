import t from 'tap'
import { META, openDoor, post, postModern } from './fake-door.ts'

t.test('server/discover names versions, capabilities and the server', async t => {
  const { url } = await openDoor(t)
  const { status, json } = await postModern(url, 'server/discover')
  t.equal(status, 200)
  t.strictSame(json, {
    jsonrpc: '2.0',
    id: 1,
    result: {
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: { listChanged: true } },
      instructions: 'Ask echo first.',
      ttlMs: 300_000,
      cacheScope: 'private',
      _meta: {
        'io.modelcontextprotocol/serverInfo': { name: 'fake', title: 'Fake "Door"', version: '1.2.3' },
      },
    },
  })
})

t.test('instructions are left out where there are none', async t => {
  const { url } = await openDoor(t, { instructions: undefined })
  t.notHas((await postModern(url, 'server/discover')).json.result, { instructions: String })
  const { json } = await post(url, {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25' },
  })
  t.notHas(json.result, { instructions: String })
})

t.test('tools/list holds what is visible, with cache hints', async t => {
  const { url } = await openDoor(t)
  const { json } = await postModern(url, 'tools/list')
  t.equal(json.result.resultType, 'complete')
  t.equal(json.result.ttlMs, 300_000)
  t.equal(json.result.cacheScope, 'private')
  t.equal(json.result._meta['io.modelcontextprotocol/serverInfo'].name, 'fake')
  t.strictSame(
    json.result.tools.map((tool: { name: string }) => tool.name),
    ['echo', 'structured', 'picture', 'crash', 'hang'],
  )
  const open = await openDoor(t, { listIsPublic: true })
  t.equal((await postModern(open.url, 'tools/list')).json.result.cacheScope, 'public')
})

t.test('a cursor was never given out', async t => {
  const { url } = await openDoor(t)
  const reply = await postModern(url, 'tools/list', { cursor: 'abc' })
  t.equal(reply.status, 400)
  t.equal(reply.json.error.code, -32602)
  t.equal((await postModern(url, 'tools/list', { cursor: '' })).status, 200)
})

t.test('tools/call renders every kind of content', async t => {
  const { url } = await openDoor(t)
  const echo = await postModern(url, 'tools/call', { name: 'echo', arguments: { text: 'Zürich\n"' } })
  t.strictSame(echo.json.result, {
    resultType: 'complete',
    content: [{ type: 'text', text: '{"text":"Zürich\\n\\""}' }],
    isError: false,
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'fake', title: 'Fake "Door"', version: '1.2.3' } },
  })
  const structured = await postModern(url, 'tools/call', { name: 'structured' })
  t.strictSame(structured.json.result.structuredContent, { a: 1 })
  const picture = await postModern(url, 'tools/call', { name: 'picture' })
  t.equal(picture.json.result.isError, true)
  t.match(picture.json.result.content, [
    { type: 'text', text: 'A "pixel"\u2028' },
    { type: 'image', mimeType: 'image/png' },
    { type: 'resource', resource: { uri: 'urn:x' } },
  ])
})

t.test('refusals of the pipeline keep their status, headers and data', async t => {
  const { url } = await openDoor(t)
  const hidden = await postModern(url, 'tools/call', { name: 'hidden' })
  t.equal(hidden.status, 403)
  t.match(hidden.headers.get('www-authenticate'), 'insufficient_scope')
  t.match(hidden.json, {
    id: 1,
    error: { code: 403, data: { code: 'insufficient_scope', scope: 'read:hidden' } },
  })
  const unknown = await postModern(url, 'tools/call', { name: 'nope' })
  t.equal(unknown.status, 200)
  t.match(unknown.json, { id: 1, error: { code: -32602, data: { code: 'unknown_tool' } } })
})

t.test('wrong parameters of tools/call', async t => {
  const { url, door } = await openDoor(t)
  for (const params of [
    { name: 7 },
    {},
    { name: 'echo', arguments: [] },
    { name: 'echo', arguments: null },
  ]) {
    const reply = await postModern(url, 'tools/call', params)
    t.equal(reply.status, 400, JSON.stringify(params))
    t.equal(reply.json.error.code, -32602)
    t.equal(reply.json.id, 1)
  }
  t.equal(door.calls.length, 0)
})

t.test('a request must carry its _meta', async t => {
  const { url } = await openDoor(t)
  const { 'io.modelcontextprotocol/protocolVersion': version, ...withoutVersion } = META
  const { 'io.modelcontextprotocol/clientCapabilities': _, ...withoutCapabilities } = META
  const metas = [
    undefined,
    null,
    'x',
    {},
    withoutVersion,
    withoutCapabilities,
    { ...META, 'io.modelcontextprotocol/protocolVersion': 20260728 },
    { ...META, 'io.modelcontextprotocol/clientCapabilities': [] },
    { ...META, 'io.modelcontextprotocol/clientInfo': 'me' },
  ]
  for (const meta of metas) {
    const reply = await postModern(url, 'server/discover', { _meta: meta })
    t.equal(reply.status, 400, JSON.stringify(meta))
    t.match(reply.json, { id: 1, error: { code: -32602 } })
  }
  const { 'io.modelcontextprotocol/clientInfo': __, ...withoutInfo } = META
  t.equal(
    (await postModern(url, 'server/discover', { _meta: withoutInfo })).status,
    200,
    'clientInfo is optional',
  )
  t.equal(version, '2026-07-28')
})

t.test('version in header and body', async t => {
  const { url } = await openDoor(t)
  const claim = (version: string) => ({
    _meta: { ...META, 'io.modelcontextprotocol/protocolVersion': version },
  })
  const send = (body: string, header: string | undefined) =>
    postModern(url, 'server/discover', claim(body), { 'mcp-protocol-version': header })

  const unsupported = await send('v999.0.0', 'v999.0.0')
  t.equal(unsupported.status, 400)
  t.match(unsupported.json, {
    id: 1,
    error: { code: -32022, data: { supported: ['2026-07-28'], requested: 'v999.0.0' } },
  })
  for (const [body, header] of [
    ['v999.0.0', '2026-07-28'],
    ['2026-07-28', 'v999.0.0'],
    ['2026-07-28', '2025-11-25'],
    ['2025-11-25', '2026-07-28'],
    ['2026-07-28', undefined],
    ['2026-07-28', '2026-07-28, 2026-07-28'],
  ] as const) {
    const reply = await send(body, header)
    t.equal(reply.status, 400, `${body} / ${header}`)
    t.equal(reply.json.error.code, -32020, `${body} / ${header}`)
  }
})

t.test('Mcp-Method and Mcp-Name are compared with the body', async t => {
  const { url, door } = await openDoor(t)
  const call = (headers: Record<string, string | undefined>, name = 'echo') =>
    postModern(url, 'tools/call', { name }, headers)
  const encoded = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`
  for (const headers of [
    { 'mcp-method': undefined },
    { 'mcp-method': 'tools/list' },
    { 'mcp-method': 'TOOLS/CALL' },
    { 'mcp-name': undefined },
    { 'mcp-name': 'structured' },
    { 'mcp-name': 'ECHO' },
    { 'mcp-name': 'echo, echo' },
    { 'mcp-name': encoded('structured') },
    { 'mcp-name': '=?base64?ZWNobw?=' },
    { 'mcp-name': '=?base64?ZWN!!obw==?=' },
    { 'mcp-name': '=?BASE64?ZWNobw==?=' },
  ]) {
    const reply = await call(headers)
    t.equal(reply.status, 400, JSON.stringify(headers))
    t.match(reply.json, { id: 1, error: { code: -32020 } })
  }
  t.equal(door.calls.length, 0)
  t.equal((await call({ 'mcp-name': encoded('echo') })).status, 200)
  t.equal((await call({ 'mcp-name': '  echo  ' })).status, 200)
  t.equal((await call({ 'mcp-name': encoded('Zürich') }, 'Zürich')).json.error.data.code, 'unknown_tool')
})

t.test('methods that the modern era does not have are 404', async t => {
  const { url } = await openDoor(t)
  for (const method of [
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'prompts/list',
    'unknown/method',
    'constructor',
    '__proto__',
    'notifications/initialized',
  ]) {
    const reply = await postModern(url, method)
    t.equal(reply.status, 404, method)
    t.match(reply.json, { id: 1, error: { code: -32601, data: { code: 'method_not_found' } } })
  }
})

t.test('notifications are taken without an answer, responses are not', async t => {
  const { url } = await openDoor(t)
  const headers = { 'mcp-protocol-version': '2026-07-28' }
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
  const taken = await post(url, cancelled, headers)
  t.equal(taken.status, 202)
  t.equal(taken.text, '')
  t.equal((await post(url, cancelled, { ...headers, 'mcp-method': 'tools/list' })).status, 400)
  const response = await post(url, { jsonrpc: '2.0', id: 1, result: {} }, headers)
  t.equal(response.status, 400)
  t.notHas(response.json, { id: 1 }, 'the id of a response names no request of the client')
  const batch = await post(url, [cancelled], headers)
  t.equal(batch.status, 400)
  t.equal(batch.json.error.code, -32600)
})
