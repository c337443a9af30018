import t from 'tap'
import { aiCatalog } from '../../src/publication/ai-catalog.ts'
import { siteOf } from './sample-site.ts'

const servers = [{ path: '/mcp' }, { path: '/mcp/admin', title: 'Administration' }]

t.test('every server is listed with its card', async t => {
  t.strictSame(aiCatalog(siteOf({ servers, publication: { websiteUrl: 'https://acme.example' } })), {
    specVersion: '1.0',
    host: { displayName: 'Acme Billing', documentationUrl: 'https://acme.example' },
    entries: [
      {
        identifier: 'urn:air:mcp.acme.example:mcp:acme',
        type: 'application/mcp-server-card+json',
        url: 'https://mcp.acme.example/mcp/server-card',
      },
      {
        identifier: 'urn:air:mcp.acme.example:mcp:acme-admin',
        type: 'application/mcp-server-card+json',
        url: 'https://mcp.acme.example/mcp/admin/server-card',
      },
    ],
  })
})

t.test('servers that are not told of are not in it', async t => {
  const text = JSON.stringify(aiCatalog(siteOf({ servers, publication: { servers: ['/mcp'] } })))
  t.notMatch(text, /admin/)
  t.match(text, /mcp\/server-card/)
})

t.test('an address stands for itself', async t => {
  t.match(aiCatalog(siteOf({ publicUrl: 'http://127.0.0.1:8080' })), {
    entries: [{ identifier: 'urn:air:127.0.0.1:mcp:acme' }],
  })
})
