/** Codex connects by OAuth: `codex mcp add` with the URL, and a person who signs in and allows it. */
import t from 'tap'
import { clientSnippets } from '../../src/console/client-snippets.ts'
import { codexServers } from './codex-servers.ts'
import { withoutClient } from './installed-client.ts'
import { clientsGateway } from './oauth-gateway.ts'
import { realClient } from './real-client.ts'
import { CODEX } from './shapes/codex.ts'

const skip = withoutClient('codex')

function pasted(url: string): string {
  const snippets = clientSnippets({ name: 'acme', url, credential: { kind: 'oauth' } })
  return snippets.find(({ client }) => client === 'codex')?.text ?? ''
}

t.test('what people are told connects it, and lists the tools that were allowed', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const codex = realClient(t, 'codex')
  const seat = await gateway.seat(t, codex, { unticked: ['write:*', 'manage:*'] })
  const added = await codex.paste(pasted(gateway.url))
  await seat.done()
  t.match(added.stdout, 'Successfully logged in')
  t.match(seat.driven, [{ titles: [/Sign in/, /Allow Codex/], redirect: { hostname: '127.0.0.1' } }])
  t.match((await codex.run('mcp', 'list')).stdout, /acme .* OAuth/)
  const [server] = await codexServers(codex)
  t.match(server, { serverInfo: { name: 'acme' }, authStatus: 'oAuth' })
  const names = Object.keys(server?.tools ?? {})
  t.ok(names.includes('acme_list_invoices'))
  t.notOk(names.includes('acme_create_invoice'), 'write:* was unticked')
})

t.test('it gets the next token by itself, and not once the connection is ended', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const codex = realClient(t, 'codex')
  const seat = await gateway.seat(t, codex)
  await codex.paste(pasted(gateway.url))
  // Two hours pass for the gateway, and for what Codex was told of the token’s life.
  gateway.clock.advance(2 * 3_600_000)
  const kept = codex.read('.codex/.credentials.json')
  codex.write(
    '.codex/.credentials.json',
    kept.replace(/"expires_at":\s*\d+/g, `"expires_at":${Date.now() - 1}`),
  )
  const before = gateway.audit().length
  t.ok(Object.keys((await codexServers(codex))[0]?.tools ?? {}).length > 0)
  const since = gateway.audit().slice(before)
  t.ok(since.some(({ operation }) => operation === 'token_issued'))
  await gateway.endConnections()
  t.same((await codexServers(codex))[0]?.tools, {})
  const again = await codex.run('mcp', 'login', 'acme')
  t.match(again.stdout, 'Successfully logged in')
  await seat.done()
  t.ok(Object.keys((await codexServers(codex))[0]?.tools ?? {}).length > 0)
})

t.test('it is known by the document that its makers publish', { skip }, async t => {
  const gateway = await clientsGateway(t, {}, CODEX.document)
  const codex = realClient(t, 'codex')
  const seat = await gateway.seat(t, codex)
  t.match((await codex.paste(pasted(gateway.url))).stdout, 'Successfully logged in')
  await seat.done()
  t.equal(new URL(seat.urls[0] ?? '').searchParams.get('client_id'), CODEX.document?.client_id)
  t.ok(Object.keys((await codexServers(codex))[0]?.tools ?? {}).length > 0)
})

t.test('a person who says no is believed', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const codex = realClient(t, 'codex')
  const seat = await gateway.seat(t, codex, { decision: 'deny' })
  const added = await codex.paste(pasted(gateway.url))
  await seat.done()
  t.equal(seat.driven[0]?.redirect.searchParams.get('error'), 'access_denied')
  t.notMatch(added.stdout, 'Successfully')
})
