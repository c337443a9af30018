import t from 'tap'
import { unusableHeader } from '../../src/config/unusable-header.ts'

t.test('headers of the message, of browsers, proxies and MCP carry no credential', async t => {
  for (const name of [
    'HOST',
    'Content-Length',
    'TE',
    'Cookie',
    'Sec-Fetch-Site',
    'mcp-method',
    'Proxy-Foo',
    'Forwarded',
  ]) {
    t.type(unusableHeader(name), 'string', name)
  }
})

t.test('headers that products use do', async t => {
  for (const name of ['Authorization', 'X-Api-Key', 'Email', 'Token', 'X-Mcp-Key', 'Api-Host']) {
    t.equal(unusableHeader(name), undefined, name)
  }
})
