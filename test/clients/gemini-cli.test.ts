/** Gemini CLI’s own command line: the settings that `postern connect` shows, read by it. */
import t from 'tap'
import { clientSnippets, type SnippetCredential } from '../../src/console/client-snippets.ts'
import { build } from '../build.ts'
import { withoutClient } from './installed-client.ts'
import { realClient } from './real-client.ts'

const skip = withoutClient('gemini-cli')

function settings(url: string, credential: SnippetCredential): string {
  const snippets = clientSnippets({ name: 'tally', url, credential })
  return snippets.find(({ client }) => client === 'gemini-cli')?.text ?? ''
}

t.test('a token from the environment connects', { skip }, async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const gemini = realClient(t, 'gemini-cli', { POSTERN_TOKEN: token })
  gemini.write('.gemini/settings.json', settings(url, { kind: 'bearer' }))
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, `✓ tally: ${url} (http) - Connected`)
  t.notOk(gemini.hasOpenedBrowser())
})

t.test('the product’s header pair connects', { skip }, async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const gemini = realClient(t, 'gemini-cli', { TALLY_EMAIL: email, TALLY_TOKEN: token })
  const headers = { Email: 'you@example.com', Token: 'YOUR_TOKEN' }
  gemini.write('.gemini/settings.json', settings(url, { kind: 'headers', headers }))
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, '✓ tally')
})

t.test('`gemini mcp add` with a header connects', { skip }, async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const gemini = realClient(t, 'gemini-cli')
  await gemini.run(
    'mcp',
    'add',
    '--transport',
    'http',
    '--header',
    `Authorization: Bearer ${token}`,
    'tally',
    url,
  )
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, '✓ tally')
})

t.test('a wrong token is not connected', { skip }, async t => {
  const { url } = await build(t)
  const gemini = realClient(t, 'gemini-cli', { POSTERN_TOKEN: 'postern_pat_wrong' })
  gemini.write('.gemini/settings.json', settings(url, { kind: 'bearer' }))
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, '✗ tally')
})
