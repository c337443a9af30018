/** Codex’s own program: the configuration that `postern connect` shows, read by it. */
import t from 'tap'
import { clientSnippets, type SnippetCredential } from '../../src/console/client-snippets.ts'
import { build } from '../build.ts'
import { codexServers } from './codex-servers.ts'
import { withoutClient } from './installed-client.ts'
import { realClient } from './real-client.ts'

const skip = withoutClient('codex')

function configuration(url: string, credential: SnippetCredential): string {
  const snippets = clientSnippets({ name: 'tally', url, credential })
  return snippets.find(({ client }) => client === 'codex')?.text ?? ''
}

t.test('a token from the environment lists the tools', { skip }, async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const codex = realClient(t, 'codex', { POSTERN_TOKEN: token })
  codex.write('.codex/config.toml', configuration(url, { kind: 'bearer' }))
  t.match((await codex.run('mcp', 'list')).stdout, /tally +http\S+ +POSTERN_TOKEN +enabled/)
  const [server] = await codexServers(codex)
  t.match(server, { name: 'tally', serverInfo: { name: 'tally' }, authStatus: 'bearerToken' })
  t.same(Object.keys(server?.tools ?? {}).sort(), [
    'tally_get_invoice',
    'tally_get_invoice_pdf',
    'tally_list_invoices',
  ])
  t.notOk(codex.hasOpenedBrowser())
})

t.test('the product’s header pair from the environment does too', { skip }, async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const codex = realClient(t, 'codex', { TALLY_EMAIL: email, TALLY_TOKEN: token })
  const headers = { Email: 'you@example.com', Token: 'YOUR_TOKEN' }
  codex.write('.codex/config.toml', configuration(url, { kind: 'headers', headers }))
  const [server] = await codexServers(codex)
  t.ok(Object.keys(server?.tools ?? {}).length > 0)
})

t.test('`codex mcp add` writes what is shown', { skip }, async t => {
  const { url } = await build(t)
  const codex = realClient(t, 'codex')
  await codex.run('mcp', 'add', 'tally', '--url', url, '--bearer-token-env-var', 'POSTERN_TOKEN')
  t.equal(codex.read('.codex/config.toml'), configuration(url, { kind: 'bearer' }))
})

t.test('a wrong token is an error in words, and no tools', { skip }, async t => {
  const { url } = await build(t)
  const codex = realClient(t, 'codex', { POSTERN_TOKEN: 'postern_pat_wrong' })
  codex.write('.codex/config.toml', configuration(url, { kind: 'bearer' }))
  const [server] = await codexServers(codex)
  t.same(server?.tools, {})
  t.equal(server?.serverInfo, null)
})
