import t from 'tap'
import { isVersionRange } from '../../src/config/version-range.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const messages = (t: Parameters<typeof problemsOf>[0], text: string) =>
  problemsOf(t, `${MINIMAL}${text}\n`).map(({ path, message }) => `${path}: ${message}`)

t.test('what can be published is taken, and nothing of tools by default', async t => {
  t.same(loadText(t, MINIMAL).publication, { tools: false })
  t.equal(loadText(t, `${MINIMAL}publication: false\n`).publication, false)
  const text = `publication:
  name: com.acme.mcp/billing
  description: Invoices.
  version: 1.0.0-beta.1
  websiteUrl: https://acme.example/docs?lang=en
  repository: https://github.com/acme/billing-mcp
  icons: [{ src: https://acme.example/i.png, mimeType: image/png, sizes: [48x48], theme: dark }]
  servers: [/mcp]
  tools: true
`
  t.match(loadText(t, MINIMAL + text).publication, {
    version: '1.0.0-beta.1',
    tools: true,
    servers: ['/mcp'],
  })
})

t.test('what registries would refuse is refused at once', async t => {
  for (const [text, expected] of [
    ['name: billing', /name in reverse DNS/],
    ['name: com.acme/x/y', /name in reverse DNS/],
    [`description: ${'x'.repeat(101)}`, /description/],
    ['description: "a\\nb"', /line breaks/],
    ['version: latest', /not one version/],
    ['version: ^1.2.3', /not one version/],
    ['websiteUrl: http://acme.example', /not an https URL/],
    ['websiteUrl: javascript:alert(1)', /not an https URL/],
    ['websiteUrl: "https://a.example/<x>"', /not an https URL/],
    ['websiteUrl: https://user:secret@acme.example', /not an https URL/],
    ['repository: https://acme.example/repo', /not a repository/],
    ['icons: [{ src: "data:image/png;base64,AAAA" }]', /not an https URL/],
    ['icons: [{ src: https://acme.example/i.png, sizes: [big] }]', /not a size/],
    ['tool: true', /tool/],
  ] as const) {
    t.match(messages(t, `publication: { ${text} }`).join('\n'), expected, text)
  }
})

t.test('servers that are told of are there', async t => {
  t.same(messages(t, 'publication: { servers: [/mcp, /admin, /mcp] }'), [
    'publication.servers[1]: no server has this path',
    'publication.servers[2]: it is there twice',
  ])
})

t.test('nothing else is served where servers are told of, even while they are not', async t => {
  const taken = (text: string) => messages(t, text).filter(message => /tells of its servers/.test(message))
  t.same(taken('servers: [{}, { path: /mcp/server-card }]'), [
    'servers[1].path: /mcp/server-card is where Postern tells of its servers',
  ])
  t.same(taken('publication: false\nservers: [{}, { path: /mcp/tools.md }]'), [
    'servers[1].path: /mcp/tools.md is where Postern tells of its servers',
  ])
  t.equal(taken('servers: [{ path: /llms.txt }]').length, 1)
  t.equal(taken('servers: [{ path: / }]\npassthrough: { path: /server-card, api: billing }').length, 1)
  t.equal(taken('admin: { path: /llms-full.txt, role: admin }').length, 1)
  t.doesNotThrow(() => loadText(t, `${MINIMAL}servers: [{}, { path: /mcp/cards }]\n`))
})

t.test('ranges of versions are told from versions', async t => {
  for (const range of [
    '^1.2.3',
    '~1.2',
    '>=1.0.0',
    '<2',
    '=1',
    '1.x',
    '1.2.*',
    '1.X.3',
    '*',
    'x',
    '1.0.0 - 2.0.0',
    '1 || 2',
  ])
    t.equal(isVersionRange(range), true, range)
  for (const version of [
    '1.2.3',
    'v1',
    '2026-11-21',
    '1.0.0-alpha.x',
    '1.0.0+build',
    '2.1.0-rc',
    'x1',
    '1.2.3-x',
  ])
    t.equal(isVersionRange(version), false, version)
})
