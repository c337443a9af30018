import t from 'tap'
import { serverCard } from '../../src/publication/server-card.ts'
import { makeTool } from '../policy/make-tool.ts'
import { firstOf, siteOf } from './sample-site.ts'

const card = (changes: object = {}) => {
  const site = siteOf(changes)
  return serverCard(firstOf(site), site)
}

t.test('a card says who it is and how clients connect', async t => {
  t.strictSame(card(), {
    $schema: 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json',
    name: 'example.acme.mcp/acme',
    title: 'Acme Billing',
    version: '0.9.0',
    description: 'Acme Billing: tools for AI clients',
    remotes: [
      {
        type: 'streamable-http',
        url: 'https://mcp.acme.example/mcp',
        headers: [
          {
            name: 'Authorization',
            description: 'A token for Acme Billing',
            isRequired: true,
            isSecret: true,
            value: 'Bearer {token}',
            variables: {
              token: {
                description: 'A token for Acme Billing',
                isRequired: true,
                isSecret: true,
                placeholder: 'acme_pat_…',
              },
            },
          },
        ],
        supportedProtocolVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
      },
    ],
  })
})

t.test('what the configuration says goes in', async t => {
  const icons = [{ src: 'https://acme.example/icon.png', mimeType: 'image/png', sizes: ['48x48'] }]
  const publication = {
    name: 'com.acme/billing',
    description: 'Invoices and contacts.',
    version: '2.1.0',
    websiteUrl: 'https://acme.example/docs',
    repository: 'https://gitlab.com/acme/group/billing',
    icons,
  }
  t.match(card({ publication }), {
    name: 'com.acme/billing',
    description: 'Invoices and contacts.',
    version: '2.1.0',
    websiteUrl: 'https://acme.example/docs',
    repository: { url: 'https://gitlab.com/acme/group/billing', source: 'gitlab' },
    icons,
  })
})

t.test('texts are as short as the schema wants them', async t => {
  const { title, description } = card({ title: `${'long '.repeat(60)}title` }) as Record<string, string>
  t.ok((title ?? '').length <= 100)
  t.ok((description ?? '').length <= 100)
  t.notOk('title' in card({ title: ' ' }))
})

t.test('a server at the root has its card below the root', async t => {
  const { url, cardUrl, toolsUrl } = firstOf(siteOf({ servers: [{ path: '/' }] }))
  t.same(
    [url, cardUrl, toolsUrl],
    ['https://mcp.acme.example', 'https://mcp.acme.example/server-card', 'https://mcp.acme.example/tools.md'],
  )
})

t.test('cards name no tools, even where they are public', async t => {
  const site = siteOf({ publication: { tools: true } }, [makeTool('acme_list', 'read:invoices')])
  t.notMatch(JSON.stringify(serverCard(firstOf(site), site)), /acme_list|read:/)
})
