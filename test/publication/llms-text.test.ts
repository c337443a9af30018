import t from 'tap'
import { makeTool } from '../policy/make-tool.ts'
import { textAt } from './sample-site.ts'

const VERIFY = { request: 'GET /me', grant: ['read:*'] }
const OAUTH = { type: 'oauth', signIn: [{ type: 'product', verify: VERIFY }] }
const TOOLS = [
  makeTool('acme_list', 'read:invoices'),
  makeTool('acme_send', 'manage:invoices', undefined, 'manage'),
]
const text = (changes: object = {}) => textAt('/llms.txt', changes, TOOLS) ?? ''

t.test('it has the form of llmstxt.org: a heading, a summary, details, then lists of links', async t => {
  const lines = text({ publication: { tools: true, websiteUrl: 'https://acme.example' } }).split('\n')
  t.equal(lines[0], '# Acme Billing')
  t.match(lines[2], /^> Acme Billing offers tools/)
  const headings = lines.filter(line => line.startsWith('#'))
  t.same(headings, ['# Acme Billing', '## Servers', '## Tools', '## Optional'])
  const after = lines.slice(lines.indexOf('## Servers')).filter(line => line !== '' && !line.startsWith('##'))
  for (const line of after) t.match(line, /^- \[[^\]]+\]\(https:\/\/\S+\)(: .+)?$/)
})

t.test('it says where the server is and how to sign in', async t => {
  const auth = [OAUTH, { type: 'token' }, { type: 'headers', headers: ['Email', 'Token'], verify: VERIFY }]
  const said = text({ auth })
  t.match(said, '- **Acme Billing**: `https://mcp.acme.example/mcp`')
  t.match(said, 'In the browser (OAuth)')
  t.match(said, '(`acme_pat_…`), in `Authorization: Bearer …`')
  t.match(said, 'the headers `Email` and `Token`')
  t.match(
    text({ auth: [{ type: 'jwt', issuer: 'https://id.example', audience: 'x' }] }),
    'token of `https://id.example`',
  )
  t.match(
    text({ auth: [{ type: 'bearer', header: 'X-Key', verify: VERIFY }] }),
    'your own token of Acme Billing, in `X-Key`',
  )
})

t.test('scopes are those that the metadata names anyway, in words', async t => {
  const scopes = { 'acme:read': { title: 'Read your invoices', allow: ['read:*'] } }
  t.match(text({ auth: [OAUTH], scopes }), '- `acme:read`: Read your invoices')
  t.notMatch(text({ scopes }), /acme:read/, 'nobody can ask for them here')
  t.notMatch(text(), /invoices/, 'not what tools ask for')
})

t.test('no tool is in it, and the link is there only where tools are public', async t => {
  t.notMatch(text(), /acme_list|tools\.md/)
  const said = text({ publication: { tools: true } })
  t.match(said, '[Tools of Acme Billing](https://mcp.acme.example/mcp/tools.md): all 2 tools')
  t.match(said, '`manage:invoices`')
})

t.test('several servers are told apart, and what is not told of is left out', async t => {
  const servers = [
    { path: '/mcp/user', auth: ['oauth'] },
    { path: '/mcp/admin', title: 'Back office', auth: ['token'] },
  ]
  const auth = [OAUTH, { type: 'token' }]
  const said = text({ servers, auth })
  t.match(said, '**Back office**: `https://mcp.acme.example/mcp/admin`')
  const [, user = '', admin = ''] = said.split('- **')
  t.match(user, /browser/)
  t.notMatch(user, /acme_pat_/)
  t.match(admin, /acme_pat_/)
  t.notMatch(text({ servers, auth, publication: { servers: ['/mcp/user'] } }), /admin|Back office|acme_pat_/)
})

t.test('titles can’t forge anything', async t => {
  const said = text({
    title: '# [x](https://evil.example)\n## Servers\n<b>',
    publication: { description: '> <i>[a](b)' },
  })
  t.same(
    said.split('\n').filter(line => /^#/.test(line)),
    ['# x Servers', '## Servers', '## Optional'],
  )
  t.notMatch(said, /evil|<b>|<i>/)
})

t.test('people are sent to the connect page, where there is one', async t => {
  t.match(text(), '- [Connecting a client](https://mcp.acme.example/): ')
  t.notMatch(text({ connectPage: false }), 'Connecting a client')
  t.notMatch(text({ servers: [{ path: '/' }] }), 'Connecting a client')
})
