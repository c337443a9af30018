/** Links that add a server with one click say the same as the file that is pasted, whatever its name and URL hold. */
import t from 'tap'
import { type ClientId, clientSnippets, type SnippetInput } from '../../src/console/client-snippets.ts'
import { LINK_SCHEMES } from '../../src/console/guides/deep-links.ts'

const url = 'https://mcp.acme.com/mcp'
const CREDENTIALS: readonly SnippetInput['credential'][] = [
  { kind: 'oauth' },
  { kind: 'bearer' },
  { kind: 'bearer', header: 'X-Api-Key' },
  { kind: 'headers', headers: { Email: 'you@example.com', Token: 'YOUR_TOKEN' } },
  { kind: 'none' },
]
/** Such as break encodings: of percent, of base64, of character sets, of queries. */
const URLS = [
  url,
  'https://mcp.acme.com/a%20b%2Fc/mcp',
  'https://mcp.acme.com/100%/mcp?a=1&b=2#c',
  'https://mcp.acme.com/ünïcödé/🜁/mcp',
  'https://mcp.acme.com/m"\'\\<script>+/mcp',
]

function snippet(input: SnippetInput, client: ClientId) {
  return clientSnippets(input).find(one => one.client === client)
}
const hrefs = (input: SnippetInput, client: ClientId) =>
  (snippet(input, client)?.links ?? []).map(({ href }) => href)

for (const credential of CREDENTIALS) {
  for (const url of URLS) {
    const input = { name: 'acme', url, credential }

    t.test(`Cursor: ${credential.kind}, ${url}`, async t => {
      const [href = ''] = hrefs(input, 'cursor')
      const link = new URL(href)
      t.equal(
        `${link.protocol}//${link.host}${link.pathname}`,
        'cursor://anysphere.cursor-deeplink/mcp/install',
      )
      t.same([...link.searchParams.keys()], ['name', 'config'])
      t.equal(link.searchParams.get('name'), 'acme')
      // As `atob` reads it: one byte, one character.
      const config = JSON.parse(atob(link.searchParams.get('config') ?? ''))
      t.same(config, JSON.parse(snippet(input, 'cursor')?.text ?? '').mcpServers.acme)
      t.equal(config.url, url)
    })

    t.test(`VS Code: ${credential.kind}, ${url}`, async t => {
      const links = hrefs(input, 'vscode')
      t.same(
        links.map(href => href.slice(0, href.indexOf('?'))),
        ['vscode:mcp/install', 'vscode-insiders:mcp/install'],
      )
      const { inputs, servers } = JSON.parse(snippet(input, 'vscode')?.text ?? '')
      for (const href of links) {
        const query = href.slice(href.indexOf('?') + 1)
        t.match(query, /^[\w%.!~*'()-]+$/, 'nothing in it ends it')
        const once = decodeURIComponent(query)
        t.equal(decodeURIComponent(once), once, 'decoded twice it is the same')
        t.same(JSON.parse(once), { name: 'acme', ...servers.acme, ...(inputs && { inputs }) })
      }
    })
  }
}

t.test('Claude: the form of a connector, where one could be added', async t => {
  for (const client of ['claude-ai', 'claude-desktop'] as const) {
    for (const url of URLS) {
      const [href = ''] = hrefs({ name: 'acme', url, credential: { kind: 'oauth' } }, client)
      const link = new URL(href)
      t.equal(link.origin + link.pathname, 'https://claude.ai/customize/connectors')
      t.same(Object.fromEntries(link.searchParams), {
        modal: 'add-custom-connector',
        connectorName: 'acme',
        connectorUrl: url,
      })
      t.equal(link.hash, '')
    }
    t.same(hrefs({ name: 'acme', url: 'http://127.0.0.1/mcp', credential: { kind: 'oauth' } }, client), [])
    t.same(hrefs({ name: 'acme', url, credential: { kind: 'bearer' } }, client), [])
  }
  t.equal(hrefs({ name: 'acme', url, credential: { kind: 'none' } }, 'claude-ai').length, 1)
})

t.test('a link holds no token, and has a scheme that pages link to', async t => {
  const token = 'acme_pat_secret'
  const known = clientSnippets({ name: 'acme', url, credential: { kind: 'bearer', token } })
  t.ok(known.some(({ text }) => text.includes(token)))
  t.same(
    known
      .flatMap(({ links = [] }) => links.map(({ href }) => href))
      .filter(href => !href.startsWith('vscode')),
    [],
  )
  const all = CREDENTIALS.flatMap(credential => clientSnippets({ name: 'acme', url, credential }))
  const links = all.flatMap(({ links = [] }) => links)
  t.ok(links.length > 10)
  for (const { href } of links) t.ok(LINK_SCHEMES.includes(new URL(href).protocol), href)
})
