import t from 'tap'
import { serverJson } from '../../src/publication/server-json.ts'
import { configure, firstOf, siteOf } from './sample-site.ts'

const READY = { description: 'Invoices and contacts.', version: '1.0.0' }
const made = (changes: object = {}) => {
  const site = siteOf(changes)
  return serverJson(firstOf(site), site, configure(changes), '0.9.0')
}
const paths = (changes: object) => made(changes).problems?.map(({ path }) => path)

t.test('the document that the registry takes', async t => {
  t.strictSame(
    made({ publication: READY, auth: [{ type: 'jwt', issuer: 'https://id.example', audience: 'x' }] }),
    {
      document: {
        $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
        name: 'example.acme.mcp/acme',
        title: 'Acme Billing',
        version: '1.0.0',
        description: 'Invoices and contacts.',
        remotes: [{ type: 'streamable-http', url: 'https://mcp.acme.example/mcp' }],
        _meta: {
          'io.modelcontextprotocol.registry/publisher-provided': { tool: 'postern', version: '0.9.0' },
        },
      },
    },
  )
})

t.test('every way of signing in makes a document that the registry takes', async t => {
  const verify = { request: 'GET /me', grant: ['read:*'] }
  for (const auth of [
    [{ type: 'token' }],
    [{ type: 'token', header: 'X-Api-Key' }],
    [{ type: 'bearer', prefix: 'acme_', verify }],
    [{ type: 'headers', headers: ['Email', 'Token'], verify }],
    [{ type: 'oauth', signIn: [{ type: 'product', verify }] }],
  ])
    t.ok(made({ auth, publication: READY }).document, JSON.stringify(auth))
})

t.test('all that is missing is told at once, with where it is written', async t => {
  const { problems, document } = made()
  t.equal(document, undefined)
  t.strictSame(
    problems?.map(({ path, message }) => [path, message]),
    [
      ['publication.description', 'the MCP registry asks for it'],
      ['publication.version', 'the MCP registry asks for it'],
    ],
  )
})

t.test('only a URL that everybody can reach is published', async t => {
  for (const publicUrl of [
    undefined,
    'http://mcp.acme.example',
    'https://localhost',
    'https://127.0.0.1:8443',
    'https://a.localhost',
    'https://[::1]',
  ])
    t.same(paths({ publicUrl, publication: READY }), ['publicUrl'], `${publicUrl}`)
})

t.test('only names of domains are published', async t => {
  t.same(paths({ publicUrl: 'https://192.0.2.7', publication: READY }), ['publication.name'])
  t.same(paths({ publicUrl: 'https://intranet', publication: READY }), ['publication.name'])
  t.ok(made({ publicUrl: 'https://192.0.2.7', publication: { ...READY, name: 'com.acme/x1' } }).document)
  t.same(paths({ name: 'a', publication: READY }), ['publication.name'], 'the registry wants two characters')
})
