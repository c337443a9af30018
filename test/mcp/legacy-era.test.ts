import t from 'tap'
import { META, openDoor, post, type Reply } from './fake-door.ts'

const rpc = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })

t.test('initialize negotiates the version and opens no session', async t => {
  const { url } = await openDoor(t)
  const asked: [string, string][] = [
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2024-11-05', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['nonsense', '2025-11-25'],
  ]
  for (const [requested, answered] of asked) {
    const reply = await post(
      url,
      rpc('initialize', {
        protocolVersion: requested,
        capabilities: {},
        clientInfo: { name: 'a', version: '1' },
      }),
      { 'mcp-session-id': 'made-up' },
    )
    t.equal(reply.status, 200)
    t.equal(reply.headers.get('mcp-session-id'), null)
    t.strictSame(reply.json, {
      jsonrpc: '2.0',
      id: 1,
      result: {
        protocolVersion: answered,
        capabilities: { tools: { listChanged: false } },
        serverInfo: { name: 'fake', title: 'Fake "Door"', version: '1.2.3' },
        instructions: 'Ask echo first.',
      },
    })
  }
  t.match((await post(url, rpc('initialize', {}))).json.error, { code: -32602 })
})

t.test('initialize is legacy whatever the header says', async t => {
  const { url } = await openDoor(t)
  for (const header of ['2026-07-28', '2025-11-25', '1999-01-01']) {
    const reply = await post(url, rpc('initialize', { protocolVersion: '2025-11-25' }), {
      'mcp-protocol-version': header,
    })
    t.equal(reply.json.result.protocolVersion, '2025-11-25', header)
  }
})

t.test('the methods of the era, with and without the header', async t => {
  const { url } = await openDoor(t)
  for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', undefined]) {
    const send = (body: unknown) => post(url, body, { 'mcp-protocol-version': version })
    t.strictSame((await send(rpc('ping'))).json, { jsonrpc: '2.0', id: 1, result: {} })
    const list = await send(rpc('tools/list', {}, 'a"b'))
    t.equal(list.json.id, 'a"b')
    t.strictSame(Object.keys(list.json.result), ['tools'])
    t.equal(list.json.result.tools.length, 5)
    const call = await send(rpc('tools/call', { name: 'structured' }))
    t.strictSame(call.json.result, {
      content: [{ type: 'text', text: '{\n"a": 1}' }],
      structuredContent: { a: 1 },
      isError: false,
    })
    t.equal((await send({ jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202)
    t.equal((await send({ jsonrpc: '2.0', id: 5, result: {} })).status, 202)
    t.equal((await send({ jsonrpc: '2.0', id: 5, error: { code: 1, message: 'no' } })).status, 202)
    for (const method of ['server/discover', 'subscriptions/listen', 'prompts/list', 'logging/setLevel']) {
      const unknown = await send(rpc(method))
      t.equal(unknown.status, 200)
      t.match(unknown.json, { id: 1, error: { code: -32601 } })
    }
    const invalid = await send(rpc('tools/call', { name: 1 }))
    t.equal(invalid.status, 200)
    t.match(invalid.json, { id: 1, error: { code: -32602 } })
  }
})

t.test('policy refusals are 403 in this era too', async t => {
  const { url } = await openDoor(t)
  const reply = await post(url, rpc('tools/call', { name: 'hidden' }))
  t.equal(reply.status, 403)
  t.match(reply.headers.get('www-authenticate'), 'insufficient_scope')
  t.equal(reply.json.id, 1)
})

t.test('a header with a version that is not spoken is 400', async t => {
  const { url } = await openDoor(t)
  for (const header of ['2024-11-05', '2027-01-01', 'x', '']) {
    const reply = await post(url, rpc('tools/list'), { 'mcp-protocol-version': header })
    t.equal(reply.status, 400, header)
    t.equal(reply.json.error.code, -32022)
    t.strictSame(reply.json.error.data.supported, ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'])
  }
})

t.test('a legacy version in _meta is taken at its word', async t => {
  const { url } = await openDoor(t)
  const params = { _meta: { ...META, 'io.modelcontextprotocol/protocolVersion': '2025-11-25' } }
  const reply = await post(url, rpc('tools/list', params), { 'mcp-protocol-version': '2025-11-25' })
  t.strictSame(Object.keys(reply.json.result), ['tools'])
})

t.test('batches', async t => {
  const { url, door } = await openDoor(t)
  const note = { jsonrpc: '2.0', method: 'notifications/initialized' }
  const send = (body: unknown, version?: string): Promise<Reply> =>
    post(url, body, { 'mcp-protocol-version': version })

  const mixed = await send([
    rpc('ping', undefined, 1),
    note,
    rpc('tools/list', {}, 'two'),
    rpc('tools/call', { name: 'hidden' }, 3),
    rpc('initialize', { protocolVersion: '2025-03-26' }, 4),
    rpc('tools/call', { name: 'echo', arguments: {} }, 5),
    { jsonrpc: '2.0', id: 6, result: {} },
    17,
    rpc('tools/list', { _meta: META }, 7),
    rpc('nope', {}, 8),
  ])
  t.equal(mixed.status, 200)
  t.match(mixed.json, [
    { id: 1, result: {} },
    { id: 'two', result: { tools: [{ name: 'echo' }] } },
    { id: 3, error: { code: 403 } },
    { id: 4, error: { code: -32600 } },
    { id: 5, result: { isError: false } },
    { error: { code: -32600 } },
    { id: 7, error: { code: -32020 } },
    { id: 8, error: { code: -32601 } },
  ])
  t.equal(mixed.json.length, 8)
  t.equal(door.calls.length, 2)
  t.equal((await send([rpc('ping')], '2025-03-26')).status, 200)
  t.equal((await send([note, note])).status, 202)
  for (const wrong of [[], Array(51).fill(note), [rpc('ping'), rpc('ping')]]) {
    const reply = await send(wrong)
    t.equal(reply.status, 400)
    t.equal(reply.json.error.code, -32600)
  }
  for (const version of ['2025-06-18', '2025-11-25', '2026-07-28', 'x']) {
    t.equal((await send([rpc('ping')], version)).status, 400, version)
  }
})
