import t from 'tap'
import { loadText, problemsOf } from './load-text.ts'

/** A configuration with these members of the scheme `oauth`. */
function written(oauth: object): string {
  return JSON.stringify({
    name: 'acme',
    publicUrl: 'https://mcp.acme.example',
    apis: [{ name: 'billing', openapi: 'billing.yaml', credentials: { type: 'none' } }],
    auth: [{ type: 'oauth', ...oauth }],
  })
}

t.test('what clients can really be redirected to loads', async t => {
  const allow = [
    ...['https://tool.acme.com/callback', 'https://tool.acme.com', 'com.acme.tool:', 'https:'],
    ...['vscode://publisher.extension/callback', 'http://localhost:8787/callback'],
  ]
  const clients = [
    { id: 'tool', name: 'Tool', redirectUris: ['https://tool.acme.com/cb', 'http://127.0.0.1/cb'] },
  ]
  const { auth } = loadText(t, written({ redirects: { allow }, clients }))
  t.match(auth, [{ redirects: { allow } }])
})

t.test('every entry that could be read in two ways is named, with its place', async t => {
  const allow = [
    'http://tool.acme.com/',
    'https://Tool.acme.com/',
    'https://a@b.example/',
    'https://tool.acme.com',
    'javascript:',
    'cursor:',
    'localhost',
  ]
  const clients = [
    { id: 'tool', name: 'Tool', redirectUris: ['https://ok.example/', 'https://no.example/#x'] },
  ]
  const problems = problemsOf(t, written({ redirects: { allow }, clients }))
  t.strictSame(
    problems.map(({ path }) => path).sort(),
    [
      ...[0, 1, 2, 4, 5, 6].map(at => `auth[0].redirects.allow[${at}]`),
      'auth[0].clients[0].redirectUris[1]',
    ].sort(),
  )
  t.match(
    problems.find(({ path }) => path === 'auth[0].redirects.allow[0]'),
    { message: /http and not to localhost/, fix: /https origin/ },
  )
})
