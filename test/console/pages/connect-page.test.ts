/** The connect page as text: it says what the command says, links to nothing else, and names of strangers stay names. */
import t from 'tap'
import { CLIENTS, GUIDES } from '../../../src/console/client-snippets.ts'
import { describeConnection } from '../../../src/console/describe-connection.ts'
import { connectPage } from '../../../src/console/pages/connect-page.ts'
import type { ConnectPage } from '../../../src/console/pages/connect-page-data.ts'
import { inlineCode } from '../../../src/console/pages/inline-code.ts'
import { HOSTILE_TEXTS } from '../hostile-pages.ts'
import {
  CONNECT_YAML,
  configFrom,
  connectPageOf,
  SCHEMES,
  sampleTool,
  TOOLS,
} from '../sample-connect-page.ts'

/** What a browser makes of a text. */
function unescaped(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}
/** Without the head, in which there are a script and style sheets. */
const mainOf = (html: string) => html.slice(html.indexOf('<main>'))
const blocks = (html: string) =>
  [...html.matchAll(/<pre><code>([\s\S]*?)<\/code><\/pre>/g)].map(([, text = '']) => unescaped(text))
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => unescaped(href))

t.test(
  'every snippet is what `postern connect --client` prints, for every server, client and way in',
  async t => {
    const config = configFrom(t, CONNECT_YAML)
    const expected = config.servers.flatMap(server => {
      const url = `https://mcp.acme.example${server.path}`
      return [
        url,
        ...CLIENTS.flatMap(client => describeConnection({ config, server, url, client }).snippets).map(
          ({ text }) => text.trimEnd(),
        ),
      ]
    })
    const html = mainOf(connectPage(connectPageOf(config)))
    t.ok(expected.length > 30)
    t.same(blocks(html), expected)
  },
)

t.test('two servers are listed by clients under two names', async t => {
  const page = connectPageOf(configFrom(t, CONNECT_YAML))
  const names = page.servers.map(({ clients }) => /add (\S+) --url/.exec(JSON.stringify(clients))?.[1])
  t.same(names, ['acme', 'acme-admin'])
})

t.test('each client says how it signs in; who can’t be connected is told why', async t => {
  const how = (yaml: string) => {
    const [server] = connectPageOf(configFrom(t, yaml)).servers
    return Object.fromEntries(server?.clients.map(({ title, how }) => [title, how]) ?? [])
  }
  const only = (...schemes: readonly string[]) =>
    `${CONNECT_YAML.slice(0, CONNECT_YAML.indexOf('servers:'))}auth:\n${schemes.join('\n')}\n`
  t.match(how(only(SCHEMES.token, SCHEMES.oauth)), {
    Cursor: 'browser',
    'claude.ai': 'browser',
    [GUIDES.curl.title]: 'token',
  })
  t.match(how(only(SCHEMES.headers)), { Cursor: 'token', 'claude.ai': undefined })
  t.match(how(`${only(SCHEMES.anonymous)}allowAnonymous: true\n`), { ChatGPT: 'open', Cursor: 'open' })

  const [oauth] = connectPageOf(configFrom(t, only(SCHEMES.oauth))).servers
  t.match(oauth?.leftOut, [{ title: GUIDES.curl.title, why: /client credentials/ }])
  const [bearer] = connectPageOf(configFrom(t, only(SCHEMES.bearer))).servers
  t.same(
    bearer?.leftOut.map(({ title }) => title),
    ['claude.ai', 'ChatGPT'],
  )
  const html = connectPage(connectPageOf(configFrom(t, only(SCHEMES.bearer))))
  t.match(html, 'ChatGPT can’t be connected: it signs in with OAuth only')
  t.notMatch(html, 'In the browser')
})

t.test('links add the server to a client, or lead to where the gateway says', async t => {
  const config = configFrom(t, CONNECT_YAML)
  const html = mainOf(
    connectPage(
      connectPageOf(config, {
        connections: '/connections',
        bundle: 'https://mcp.acme.example/connect/acme.mcpb',
      }),
    ),
  )
  const found = new Map<string, number>()
  for (const href of hrefs(html)) {
    const { protocol, host } = new URL(href, 'https://page.example/')
    found.set(protocol + host, (found.get(protocol + host) ?? 0) + 1)
  }
  t.same([...found.keys()].sort(), [
    'cursor:anysphere.cursor-deeplink',
    'https:app.acme.example',
    'https:claude.ai',
    'https:mcp.acme.example',
    'https:page.example',
    'vscode-insiders:',
    'vscode:',
  ])
  t.ok(hrefs(html).includes('https://mcp.acme.example/connections'))
  t.ok(hrefs(html).includes('https://mcp.acme.example/connect/acme.mcpb'))
  const cursors = hrefs(html).filter(href => href.startsWith('cursor:'))
  const named = cursors.map(href => new URL(href).searchParams.get('name'))
  t.same([...new Set(named)], ['acme', 'acme-admin'])
  for (const href of cursors)
    t.match(
      JSON.parse(atob(new URL(href).searchParams.get('config') ?? '')).url,
      'https://mcp.acme.example/mcp',
    )
})

t.test('the bundle is the first thing where nobody signs in in the browser', async t => {
  const yaml = CONNECT_YAML.replace(SCHEMES.oauth, '').replace(/servers:[\s\S]*?scopes:/, 'scopes:')
  const bundle = 'https://mcp.acme.example/connect/acme.mcpb'
  const linked = (html: string) => hrefs(mainOf(html)).filter(href => !href.startsWith('#'))
  const html = connectPage(connectPageOf(configFrom(t, yaml), { bundle }))
  t.equal(linked(html)[0], bundle)
  t.equal(linked(html).filter(href => href === bundle).length, 2, 'and at Claude Desktop')
  t.notOk(linked(connectPage(connectPageOf(configFrom(t, yaml)))).includes(bundle))
  const both = linked(connectPage(connectPageOf(configFrom(t, CONNECT_YAML), { bundle })))
  t.not(both[0], bundle)
  t.ok(both.includes(bundle))
})

t.test('a link of another kind is not drawn', async t => {
  const page = connectPageOf(configFrom(t, CONNECT_YAML))
  const changed: ConnectPage = {
    ...page,
    servers: page.servers.map(server => ({
      ...server,
      ways: server.ways.map(way => ({ ...way, help: 'javascript:alert(1)' })),
      clients: server.clients.map(client => ({
        ...client,
        snippets: client.snippets.map(snippet => ({
          ...snippet,
          links: [
            { text: 'x', href: 'javascript:alert(1)' },
            { text: 'y', href: ' JavaScript:alert(1)' },
            { text: 'z', href: 'data:text/html,x' },
          ],
        })),
      })),
    })),
  }
  t.ok(page.servers[0]?.ways.some(({ help }) => help?.startsWith('https:')))
  t.same(
    hrefs(mainOf(connectPage(changed))).filter(href => !href.startsWith('#')),
    [],
  )
})

t.test('scopes say what they give in numbers; tools are named where they may be', async t => {
  const when = { source: 'x', members: [], evaluate: () => true }
  const tools = [...TOOLS, sampleTool('Audit invoices', 'read', 'invoices', {}, when)]
  const config = configFrom(t, CONNECT_YAML)
  const numbers = mainOf(connectPage(connectPageOf(config, { tools })))
  t.match(numbers, /See invoices and contacts <code>billing:read<\/code>/)
  t.match(numbers, 'Look things up: 7 tools')
  t.match(
    numbers,
    'Do things that are hard to take back: 2 tools, 1 can overwrite or delete, 1 can reach other people or systems',
  )
  t.match(numbers, '1 of them only for people with a certain role')
  for (const { name, title = '' } of tools) for (const text of [name, title]) t.notMatch(numbers, text)

  const named = mainOf(connectPage(connectPageOf(config, { tools, named: TOOLS })))
  for (const { name } of TOOLS) t.match(named, `<code>${name}</code>`)
  t.notMatch(named, 'Audit invoices')
  t.match(named, /<bdi>Delete invoice<\/bdi> <code>acme_delete_invoice<\/code> \(overwrites or deletes\)/)
})

t.test('no text of others brings an element, an attribute or an invisible character', async t => {
  const config = configFrom(t, CONNECT_YAML)
  for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
    const tools = TOOLS.map(tool => ({ ...tool, title: text, name: text }))
    const page = connectPageOf(
      {
        ...config,
        title: text,
        servers: config.servers.map(server => ({ ...server, title: text })),
        scopes: Object.fromEntries(
          Object.entries(config.scopes).map(([key, scope]) => [key, { ...scope, title: text }]),
        ),
        auth: config.auth.map(scheme =>
          scheme.type === 'oauth'
            ? { ...scheme, signIn: scheme.signIn.map(way => ({ ...way, title: text })) }
            : scheme,
        ),
      },
      { tools, named: tools },
    )
    const html = connectPage(page)
    const main = mainOf(html)
    t.notMatch(main, /<(?:script|style|img|b|iframe|svg)[\s>/]/i, `${name}: elements`)
    t.notMatch(main, /<[^>]*\son\w+=/i, `${name}: attributes`)
    t.notMatch(
      html,
      /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\ufeff\u{e0000}-\u{e007f}]/u,
      `${name}: direction`,
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    t.notMatch(html, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/, `${name}: control`)
    t.equal(html.match(/<\/title>/g)?.length, 1, `${name}: one title`)
    t.same(
      blocks(main),
      blocks(mainOf(connectPage(connectPageOf(config)))),
      `${name}: the snippets are the same`,
    )
  }
})

t.test('code within sentences', async t => {
  t.equal(String(inlineCode('a `<b>` c')), 'a <code>&#60;b&#62;</code> c')
  t.equal(String(inlineCode('`a`')), '<code>a</code>')
  t.equal(String(inlineCode('it`s <`')), 'it<code>s &#60;</code>')
  t.equal(String(inlineCode('it`s <')), 'it`s &#60;')
})
