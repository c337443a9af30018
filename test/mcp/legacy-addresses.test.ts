import t from 'tap'
import { legacyAddresses } from '../../src/mcp/legacy-addresses.ts'

const meant = (path: string, ...servers: readonly string[]) => legacyAddresses(servers).get(path)

t.test('the server right above, or else those beside', async t => {
  t.same(meant('/mcp/sse', '/mcp'), ['/mcp'])
  t.same(meant('/sse', '/mcp'), ['/mcp'])
  t.same(meant('/messages', '/mcp', '/other'), ['/mcp', '/other'])
  t.same(meant('/mcp/sse', '/mcp', '/mcp/admin'), ['/mcp'])
  t.same(meant('/mcp/message', '/mcp/user', '/mcp/admin'), ['/mcp/user', '/mcp/admin'])
  t.same(meant('/api/mcp/v1/sse', '/api/mcp/v1'), ['/api/mcp/v1'])
  t.same(meant('/api/mcp/sse', '/api/mcp/v1'), ['/api/mcp/v1'])
  t.equal(meant('/api/sse', '/api/mcp/v1'), undefined)
})

t.test('a server at /', async t => {
  t.same(meant('/sse', '/'), ['/'])
  t.same(meant('/sse', '/', '/mcp'), ['/'])
  t.same([...legacyAddresses(['/']).keys()], ['/sse', '/message', '/messages'])
})
