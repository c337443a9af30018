/** Claude Code’s own command line: what `postern connect` tells people to paste, run as they would. */
import t from 'tap'
import { clientSnippets, type SnippetCredential } from '../../src/console/client-snippets.ts'
import { build } from '../build.ts'
import { withoutClient } from './installed-client.ts'
import { realClient } from './real-client.ts'

const skip = withoutClient('claude-code')

function pasted(url: string, credential: SnippetCredential): string {
  const snippets = clientSnippets({ name: 'tally', url, credential })
  return snippets.find(({ client }) => client === 'claude-code')?.text ?? ''
}

t.test('the line with a token connects', { skip }, async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const claude = realClient(t, 'claude-code')
  const added = await claude.paste(pasted(url, { kind: 'bearer', token }))
  t.equal(added.code, 0, added.stderr)
  const list = await claude.run('mcp', 'list')
  t.match(list.stdout, `tally: ${url} (HTTP) - ✔ Connected`)
  t.notMatch(list.stdout, token)
  t.notOk(claude.hasOpenedBrowser())
})

t.test('the line without a token takes it from the shell', { skip }, async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const claude = realClient(t, 'claude-code')
  await claude.paste(pasted(url, { kind: 'bearer' }), { POSTERN_TOKEN: token })
  t.match((await claude.run('mcp', 'get', 'tally')).stdout, '✔ Connected')
})

t.test('the product’s header pair connects', { skip }, async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const claude = realClient(t, 'claude-code')
  const line = pasted(url, { kind: 'headers', headers: { Email: 'you@example.com', Token: 'YOUR_TOKEN' } })
  await claude.paste(line, { TALLY_EMAIL: email, TALLY_TOKEN: token })
  t.match((await claude.run('mcp', 'list')).stdout, '✔ Connected')
})

t.test('a wrong token is said, and so is one that was revoked', { skip }, async t => {
  const { url, mint, app } = await build(t)
  const { token, id } = await mint(['read:invoices'])
  const claude = realClient(t, 'claude-code')
  await claude.paste(pasted(url, { kind: 'bearer', token: 'postern_pat_wrong' }))
  const wrong = await claude.run('mcp', 'list')
  t.notMatch(wrong.stdout, '✔')
  t.match(wrong.stdout, /Needs authentication|Failed to connect/)
  await claude.run('mcp', 'remove', 'tally')
  await claude.paste(pasted(url, { kind: 'bearer', token }))
  t.match((await claude.run('mcp', 'list')).stdout, '✔ Connected')
  await app.store.revokeToken(id, Date.now())
  t.notMatch((await claude.run('mcp', 'list')).stdout, '✔')
})
