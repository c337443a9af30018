import t from 'tap'
import { findResource, resourceUrl } from '../../src/oauth/resource-url.ts'

const BASE = 'https://mcp.acme.com'
const SERVERS = [{ path: '/mcp' }, { path: '/mcp/admin' }, { path: '/' }]

t.test('a server is found by its URL, however scheme, host and the last slash are written', async t => {
  for (const resource of [
    'https://mcp.acme.com/mcp',
    'https://mcp.acme.com/mcp/',
    'HTTPS://MCP.ACME.COM/mcp',
    'https://mcp.acme.com:443/mcp',
  ]) {
    t.same(
      findResource(resource, BASE, SERVERS),
      { url: 'https://mcp.acme.com/mcp', server: { path: '/mcp' } },
      resource,
    )
  }
  t.equal(findResource('https://mcp.acme.com', BASE, SERVERS)?.server.path, '/')
  t.equal(findResource('https://mcp.acme.com/', BASE, SERVERS)?.server.path, '/')
  t.equal(resourceUrl(BASE, '/mcp/admin'), 'https://mcp.acme.com/mcp/admin')
})

t.test('anything else is another resource', async t => {
  for (const resource of [
    'https://mcp.acme.com/mcp-other',
    'https://mcp.acme.com/MCP',
    'https://mcp.acme.com/mcp//',
    'https://mcp.acme.com/mcp#x',
    'https://mcp.acme.com/mcp?x',
    'https://user@mcp.acme.com/mcp',
    'https://mcp.acme.com/admin/../mcp',
    'https://mcp.acme.com/%6dcp',
    'https://mcp.acme.com\\mcp',
    'https:mcp.acme.com/mcp',
    'http://mcp.acme.com/mcp',
    'https://mcp.acme.com.evil.example/mcp',
    'https://mcp.acme.com/mcp https://evil.example',
    'mcp',
    '',
  ]) {
    t.equal(findResource(resource, BASE, SERVERS), undefined, resource)
  }
})
