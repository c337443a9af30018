/** Refresh tokens that come again, or for more than was approved: N58 and N60; N59 and N65 are in fleet.test.ts. */
import t from 'tap'
import {
  CLAUDE_CALLBACK,
  connect,
  listTools,
  type OAuthDoor,
  type OAuthGateway,
  obtainCode,
  PUBLIC_URL,
  RESOURCE,
  register,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { refused } from './refused.ts'
import { pairOf, postText, redeem, refresh, statusOf } from './token-requests.ts'

t.setTimeout(120_000)

const SECRET = 'bob-has-a-secret'
const CLIENTS = [{ id: 'bob', name: 'Bob', redirectUris: [CLAUDE_CALLBACK], secret: SECRET }]
const SERVERS = [{ path: '/mcp' }, { path: '/other' }]

for (const store of STORES) {
  t.test(store, { skip: withoutStore(store) }, async t => {
    const gateway = await startGateway(t, {
      store,
      nodes: 2,
      oauth: { clients: CLIENTS },
      config: { servers: SERVERS },
    })
    const { node, clock } = gateway
    const [, second = node] = gateway.nodes

    t.test('N58: a refresh token that comes again after the grace ends the whole family', async t => {
      const connected = await connect(gateway)
      const bystander = await connect(gateway, { clientId: connected.clientId })
      const next = pairOf(await refresh(node, connected))
      clock.advance(9_000)
      const within = await refresh(second, connected)
      t.equal(within.status, 200, 'the grace')
      const last = pairOf(await refresh(node, { ...connected, ...next }))
      const family = [connected, next, pairOf(within), last]
      for (const { accessToken } of family) t.equal(await statusOf(second, accessToken), 200)
      const reuses = countOf(gateway, 'reuse_detected')
      // The grace counts from the first use, not from the last.
      clock.advance(1_000)
      refused(t, await refresh(second, connected), 'after the grace')
      t.equal(countOf(gateway, 'reuse_detected'), reuses + 1, 'it is on record')
      for (const door of gateway.nodes) {
        for (const { accessToken } of family) t.equal(await statusOf(door, accessToken), 401)
        for (const pair of family) refused(t, await refresh(door, { ...connected, ...pair }), 'the family')
      }
      refused(t, await redeem(node, connected), 'nor does the code help')
      t.equal(countOf(gateway, 'reuse_detected'), reuses + 1, 'once')
      t.equal(await statusOf(node, bystander.accessToken), 200, 'another connection of both goes on')
      t.equal((await refresh(node, bystander)).status, 200)
    })

    t.test('N58: whoever is not the client ends nothing with it, and spends nothing', async t => {
      const connected = await connect(gateway)
      const clientId = await register(node)
      const proved = { client_id: 'bob', client_secret: SECRET }
      const { refreshToken } = connected
      refused(t, await refresh(node, { clientId, refreshToken }), 'a public client')
      refused(t, await refresh(node, connected, proved), 'one that has proved who it is')
      clock.advance(11_000)
      const next = pairOf(await refresh(node, connected))
      clock.advance(11_000)
      refused(t, await refresh(node, { clientId, refreshToken }), 'a public client, after the grace')
      refused(t, await refresh(node, connected, proved), 'the other, after the grace')
      refused(t, await refresh(node, connected, { client_id: 'nobody' }), 'nobody', 'invalid_client')
      t.equal(await statusOf(node, next.accessToken), 200)
      t.equal((await refresh(node, { ...connected, ...next })).status, 200)
    })

    t.test('N58: what is not the refresh token to the letter is none', async t => {
      const connected = await connect(gateway)
      const { refreshToken: own } = connected
      for (const refreshToken of [
        own.toUpperCase(),
        own.toLowerCase(),
        `${own} `,
        ` ${own}`,
        `${own}\0`,
        `${own}\r\n`,
        `${own}=`,
        `${own}.`,
        own.slice(0, -1),
        own.replace('acme_', ''),
        own.replace('_ort_', '_oat_'),
        `refresh:${own}`,
        connected.accessToken,
        connected.code,
        'x'.repeat(60_000),
        '__proto__',
      ]) {
        const name = JSON.stringify(refreshToken.slice(0, 60))
        refused(t, await refresh(node, { ...connected, refreshToken }), name)
      }
      refused(t, await refresh(node, { ...connected, refreshToken: '' }), 'none', 'invalid_request')
      refused(t, await redeem(node, { ...connected, code: own }), 'as a code')
      t.equal(await statusOf(node, own), 401, 'as an access token')
      clock.advance(11_000)
      t.equal((await refresh(node, connected)).status, 200, 'it was not spent by any of it')
    })

    t.test('N60: a refresh asks for no scope that was not approved, however it is written', async t => {
      const connected = await connect(gateway, { parameters: { scope: 'read:*' } })
      const reads = await toolsOf(node, connected.accessToken)
      t.ok(reads.length > 0 && !reads.some(name => /create|delete/.test(name)), 'it can only read')
      for (const scope of [
        'write:*',
        'manage:*',
        '*',
        'read:* write:*',
        'write:* read:*',
        'read:*  write:*',
        ' write:*',
        'read:* read:* write:*',
        'offline_access write:*',
        'openid write:*',
        'read:* *',
        'READ:*',
        'Write:*',
        'read:*,write:*',
        'read:*+write:*',
        'read:*\twrite:*',
        'read:*\nwrite:*',
        'read:*\0',
        'read:*\u00a0write:*',
        'read:*\u2003write:*',
        'read:invoices',
        'write:invoices',
        'createInvoice',
        'r*:*',
        '"read:*"',
        Array.from({ length: 300 }, (_, number) => `s${number}`).join(' '),
      ]) {
        const name = JSON.stringify(scope.slice(0, 60))
        refused(t, await refresh(node, connected, { scope }), name, 'invalid_scope')
      }
      clock.advance(11_000)
      let current = connected
      for (const scope of ['read:* read:*', '  read:*  ', 'read:* offline_access', ' ', '', undefined]) {
        const answer = await refresh(node, current, { scope })
        t.strictSame([answer.status, answer.body.scope], [200, 'read:*'], JSON.stringify(scope))
        current = { ...current, ...pairOf(answer) }
        t.strictSame(await toolsOf(second, current.accessToken), reads, 'what can be called is the same')
      }
    })

    t.test('N60: a token with fewer scopes can do less', async t => {
      const connected = await connect(gateway)
      const answer = await refresh(node, connected, { scope: 'read:*' })
      t.equal(answer.body.scope, 'read:*')
      const { accessToken } = pairOf(answer)
      const some = await toolsOf(node, accessToken)
      const all = await toolsOf(node, connected.accessToken)
      const hidden = all.find(name => !some.includes(name))
      t.match(hidden, /create|update|delete/)
      const denied = await callTool(node, accessToken, String(hidden))
      t.equal(denied.status, 403)
      t.match(denied.headers.get('www-authenticate'), /error="insufficient_scope"/)
    })

    t.test('N60: scopes in the redemption of a code change nothing', async t => {
      const holder = await obtainCode(gateway, { parameters: { scope: 'read:*' } })
      const answer = await redeem(node, holder, { scope: 'read:* write:* manage:*' })
      t.strictSame([answer.status, answer.body.scope], [200, 'read:*'])
    })

    t.test('N60: a code and a refresh token are for the resource that was approved alone', async t => {
      const elsewhere = [
        `${PUBLIC_URL}/other`,
        `${PUBLIC_URL}/other/`,
        PUBLIC_URL,
        `${PUBLIC_URL}/`,
        `${RESOURCE}//`,
        `${RESOURCE}?`,
        `${RESOURCE}#`,
        `${RESOURCE}?to=/other`,
        `${PUBLIC_URL}/MCP`,
        `${PUBLIC_URL}/%6dcp`,
        `${PUBLIC_URL}/other/../mcp`,
        `${PUBLIC_URL}/./mcp`,
        `${PUBLIC_URL}\\mcp`,
        RESOURCE.replace('https:', 'http:'),
        RESOURCE.replace('https://', 'https://mcp.acme.example@evil.example/'),
        RESOURCE.replace('mcp.acme.example', 'mcp.acme.example.'),
        RESOURCE.replace('mcp.acme.example', 'mcp.acme.example:8443'),
        RESOURCE.replace('mcp.acme.example', 'evil.example'),
        `${RESOURCE} ${PUBLIC_URL}/other`,
        `${RESOURCE} `,
        ` ${RESOURCE}`,
        `${RESOURCE}\0`,
        '/mcp',
        'mcp',
        '*',
      ]
      const holder = await obtainCode(gateway)
      for (const resource of elsewhere)
        refused(t, await redeem(node, holder, { resource }), JSON.stringify(resource), 'invalid_target')
      const same = { resource: RESOURCE.replace('https://mcp', 'HTTPS://MCP') }
      const first = await redeem(node, holder, same)
      t.equal(first.status, 200, 'the same in other letters')
      const connected = { ...holder, ...pairOf(first) }
      for (const resource of elsewhere)
        refused(t, await refresh(node, connected, { resource }), JSON.stringify(resource), 'invalid_target')
      const form = { grant_type: 'refresh_token', refresh_token: connected.refreshToken }
      const once = new URLSearchParams({ ...form, client_id: holder.clientId, resource: RESOURCE }).toString()
      const twice = `${once}&resource=${encodeURIComponent(`${PUBLIC_URL}/other`)}`
      for (const body of [twice, `${once}&resource=`, `${once}&%72esource=${PUBLIC_URL}/other`])
        refused(t, await postText(node, '/oauth/token', body), body.slice(-40), 'invalid_request')
      clock.advance(11_000)
      const answer = await postText(node, '/oauth/token', `${once}&Resource=x&resource[]=${PUBLIC_URL}/other`)
      t.equal(answer.status, 200, 'names that mean nothing mean nothing')
      for (const { accessToken } of [connected, pairOf(answer)]) {
        t.equal(await statusOf(node, accessToken), 200)
        t.equal(await statusOf(node, accessToken, '/other'), 401)
      }
    })
  })
}

/** Names of what a token can call. */
async function toolsOf(door: OAuthDoor, token: string): Promise<readonly string[]> {
  const answer = await listTools(door, token)
  const { result } = (await answer.json()) as { result: { tools: { name: string }[] } }
  return result.tools.map(({ name }) => name).toSorted()
}

function callTool({ origin }: OAuthDoor, token: string, name: string): Promise<Response> {
  return fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
  })
}

function countOf({ written }: OAuthGateway, operation: string): number {
  return written().split(`"${operation}"`).length - 1
}
