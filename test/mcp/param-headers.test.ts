import t from 'tap'
import { checkParamHeaders } from '../../src/mcp/param-headers.ts'
import { fakeTool, openDoor, postModern } from './fake-door.ts'

const tool = fakeTool('query', {
  region: { type: 'string', 'x-mcp-header': 'Region' },
  limit: { type: 'integer', 'x-mcp-header': 'Limit' },
  where: { type: 'object', properties: { draft: { type: 'boolean', 'x-mcp-header': 'Draft' } } },
  list: { type: 'array', items: { type: 'object', properties: { x: { 'x-mcp-header': 'Item' } } } },
  free: { type: 'string' },
})

t.test('headers that repeat the arguments', async t => {
  const cases: [Record<string, unknown>, Record<string, string>][] = [
    [{}, {}],
    [{ region: null }, {}],
    [
      { free: 'x', list: [{ x: 1 }] },
      { 'mcp-param-free': 'other', 'mcp-param-item': '2' },
    ],
    [{ region: 'us-west1' }, { 'mcp-param-region': 'us-west1' }],
    [{ region: 'Zürich' }, { 'mcp-param-region': `=?base64?${Buffer.from('Zürich').toString('base64')}?=` }],
    [{ limit: 42 }, { 'mcp-param-limit': '42.0' }],
    [{ limit: -7 }, { 'mcp-param-limit': '-7' }],
    [{ where: { draft: false } }, { 'mcp-param-draft': 'false' }],
  ]
  for (const [args, headers] of cases) {
    t.doesNotThrow(() => checkParamHeaders(tool, args, headers), JSON.stringify([args, headers]))
  }
})

t.test('headers that do not', async t => {
  const cases: [Record<string, unknown>, Record<string, string>][] = [
    [{ region: 'us-west1' }, {}],
    [{}, { 'mcp-param-region': 'us-west1' }],
    [{ region: null }, { 'mcp-param-region': 'null' }],
    [{ region: 'us-west1' }, { 'mcp-param-region': 'us-west2' }],
    [{ region: 'Zürich' }, { 'mcp-param-region': 'Zürich' }],
    [{ region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
    [{ limit: 42 }, { 'mcp-param-limit': '0x2a' }],
    [{ limit: 0 }, { 'mcp-param-limit': '' }],
    [{ where: { draft: true } }, { 'mcp-param-draft': 'TRUE' }],
  ]
  for (const [args, headers] of cases) {
    t.throws(
      () => checkParamHeaders(tool, args, headers),
      { code: 'header_mismatch' },
      JSON.stringify([args, headers]),
    )
  }
})

t.test('the endpoint checks them before the call', async t => {
  const { url, door } = await openDoor(t, {
    server: { path: '/mcp', tools: [tool], byName: new Map([['query', tool]]) },
  })
  const params = { name: 'query', arguments: { region: 'a' } }
  const refused = await postModern(url, 'tools/call', params)
  t.equal(refused.status, 400)
  t.match(refused.json, { id: 1, error: { code: -32020 } })
  t.equal(door.calls.length, 0)
  await postModern(url, 'tools/call', params, { 'mcp-param-region': 'a' })
  t.equal(door.calls.length, 1)
})
