/** Claude Code connects by OAuth: the URL is all that it is given, and a person who signs in and allows it. */
import t, { type Test } from 'tap'
import { clientSnippets } from '../../src/console/client-snippets.ts'
import type { Somebody } from './drive-consent.ts'
import { withoutClient } from './installed-client.ts'
import { type ClientsGateway, clientsGateway } from './oauth-gateway.ts'
import { type RealClient, realClient } from './real-client.ts'
import { withoutTerminal } from './run-in-terminal.ts'
import { CLAUDE_CODE } from './shapes/claude-code.ts'

const skip = withoutClient('claude-code') || withoutTerminal()

function pasted(url: string): string {
  const snippets = clientSnippets({ name: 'acme', url, credential: { kind: 'oauth' } })
  return snippets.find(({ client }) => client === 'claude-code')?.text ?? ''
}

/** Adds the server, and signs in as people are told to. */
async function connect(t: Test, gateway: ClientsGateway, claude: RealClient, more: Partial<Somebody> = {}) {
  const seat = await gateway.seat(t, claude, more)
  await claude.paste(pasted(gateway.url))
  const login = await claude.runInTerminal(['mcp', 'login', 'acme'])
  await seat.done()
  return { seat, login }
}

const listed = async (claude: RealClient) => (await claude.run('mcp', 'list')).stdout

t.test('what people are told connects it', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const claude = realClient(t, 'claude-code')
  await claude.paste(pasted(gateway.url))
  t.match(await listed(claude), 'Needs authentication')
  const { seat, login } = await connect(t, gateway, claude)
  t.match(login.stdout, 'Authenticated with "acme"')
  t.match(seat.driven, [{ titles: [/Sign in/, /Allow Claude Code/], redirect: { pathname: '/callback' } }])
  t.match(await listed(claude), `acme: ${gateway.url} (HTTP) - ✔ Connected`)
  t.match(
    gateway.audit().flatMap(({ event, operation }) => (event === 'oauth' ? operation : [])),
    ['client_registered', 'signed_in', 'approved', 'token_issued'],
  )
})

t.test('it gets the next token by itself, and not once the connection is ended', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const claude = realClient(t, 'claude-code')
  await connect(t, gateway, claude)
  gateway.clock.advance(2 * 3_600_000)
  t.match(await listed(claude), '✔ Connected', 'the access token has run out')
  t.match(gateway.audit().at(-1), { operation: 'token_issued' })
  await gateway.endConnections()
  t.match(await listed(claude), 'Needs authentication')
  const { login } = await connect(t, gateway, claude)
  t.match(login.stdout, 'Authenticated with "acme"')
  t.match(await listed(claude), '✔ Connected')
})

t.test('it is known by the document that its makers publish', { skip }, async t => {
  const gateway = await clientsGateway(t, {}, CLAUDE_CODE.document)
  const claude = realClient(t, 'claude-code')
  const { seat } = await connect(t, gateway, claude)
  t.equal(new URL(seat.urls[0] ?? '').searchParams.get('client_id'), CLAUDE_CODE.document?.client_id)
  t.match(await listed(claude), '✔ Connected')
})

t.test('what was unticked is not granted', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const claude = realClient(t, 'claude-code')
  await connect(t, gateway, claude, { unticked: ['write:*', 'manage:*'] })
  t.match(await listed(claude), '✔ Connected')
  t.match(gateway.audit().at(-1), { operation: 'token_issued', arguments: { scopes: ['read:*'] } })
})

t.test('a person who says no is believed', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const claude = realClient(t, 'claude-code')
  const { seat, login } = await connect(t, gateway, claude, { decision: 'deny' })
  t.equal(seat.driven[0]?.redirect.searchParams.get('error'), 'access_denied')
  t.notMatch(login.stdout, 'Authenticated')
  t.match(await listed(claude), 'Needs authentication')
})
