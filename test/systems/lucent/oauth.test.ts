/**
 * Lucent's OAuth: what a client finds out by itself, what people see, and what codes and tokens are good for. The
 * gateway is a process with the real clock, so how long things live is what it says and what its store holds;
 * lifetimes.test.ts moves a clock over the same configuration.
 */
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { Browser } from '../../oauth/browser.ts'
import { type Answer, ask, call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import {
  authorizeUrl,
  CALLBACK,
  connectClient,
  decide,
  obtainCode,
  PUBLIC_URL,
  pairOf,
  pkce,
  RESOURCE,
  redeem,
  refresh,
  register,
  signIn,
} from './client.ts'
import { openDashboard } from './dashboard.ts'
import { startLucent } from './start.ts'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
/** What a machine with much to do may take between two requests. */
const SLACK = 30_000
const TOKEN = /^[\w-]{32}$/
const { system, url, people, product, store } = await startLucent(t)
const dashboard = await openDashboard(system)

promise(t, '000', 'a client that is given the URL finds the way to sign in from JSON documents', async t => {
  const { status, headers } = await rpc(url, undefined, 'tools/list')
  t.equal(status, 401)
  const challenge = headers.get('www-authenticate') ?? ''
  const [, pointed = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
  for (const address of [pointed, `${PUBLIC_URL}/.well-known/oauth-protected-resource`]) {
    const metadata = await document(address)
    t.match(metadata, {
      resource: RESOURCE,
      authorization_servers: [PUBLIC_URL],
      scopes_supported: ['read:lucent'],
    })
  }
  t.match(await document(`${PUBLIC_URL}/.well-known/oauth-authorization-server`), {
    issuer: PUBLIC_URL,
    authorization_endpoint: `${PUBLIC_URL}/oauth/authorize`,
    token_endpoint: `${PUBLIC_URL}/oauth/token`,
    registration_endpoint: `${PUBLIC_URL}/oauth/register`,
  })
})

promise(t, '000', 'clients register themselves', async t => {
  const { status, body } = await register(system)
  t.equal(status, 201)
  t.match(body, { client_id: /./, client_name: 'Claude', redirect_uris: [CALLBACK] })
})

promise(t, '000', 'people sign in with the product, and see who asks before they approve', async t => {
  const { body } = await register(system, CALLBACK, 'Claude for Mia')
  const page = await signIn(new Browser(system.at), authorizeUrl(body.client_id, pkce().challenge))
  t.equal(page.status, 200)
  t.ok(page.html.includes('Claude for Mia'), 'the client by its name')
  t.ok(/<span class="badge[^"]*">Third-party<\/span>/.test(page.html), 'that nobody vouches for it')
  t.ok(page.html.includes('<code>read:lucent</code>'), 'what it asks for')
  t.ok(page.html.includes('Read your organization’s signals, issues and insights'), 'in words')
  t.ok(page.html.includes(`<code>${CALLBACK}</code>`), 'where the code goes')
  t.ok(/mia[\s\S]*org_north/.test(page.html), 'who they are')
})

promise(
  t,
  '000',
  'every app that registered itself is marked as third-party, whatever it calls itself',
  async t => {
    for (const name of ['Lucent', 'Lucent (official)', 'Claude']) {
      const { body } = await register(system, 'http://127.0.0.1:5000/cb', name)
      const address = authorizeUrl(body.client_id, pkce().challenge, {
        redirect_uri: 'http://127.0.0.1:5000/cb',
      })
      const { html } = await signIn(new Browser(system.at), address)
      t.ok(html.includes(name))
      t.ok(html.includes('Third-party'))
      t.ok(html.includes('<code>http://127.0.0.1:5000/cb</code>'))
    }
  },
)

promise(t, '000', 'approved once, the client gets its tokens, and nobody copies anything', async t => {
  const { accessToken } = await connectClient(system)
  t.same(await visible(url, accessToken), ['get_issue', 'list_insights', 'list_issues', 'list_signals'])
  const { body } = await call(url, accessToken, 'list_insights')
  t.equal(body.result.structuredContent.data.length, 2)
  t.same(product.received.at(-1)?.query.getAll('org_id'), ['org_north'])
})

promise(t, '000', 'OAuth access tokens and static tokens are good at the same address', async t => {
  const { accessToken } = await connectClient(system)
  const { token } = await dashboard.mint('org_north')
  t.match([accessToken, token], [/^luc_oat_/, /^luc_mcp_/])
  const answers = await Promise.all([accessToken, token].map(one => call(url, one, 'list_issues')))
  for (const { status, body } of answers) {
    t.equal(status, 200)
    t.same(body, answers[0]?.body)
  }
})

promise(
  t,
  '000',
  'tokens and codes begin with what they are, and go on with 192 random bits in base64url',
  async t => {
    const { accessToken, refreshToken, code } = await connectClient(system)
    for (const [text, prefix] of [
      [accessToken, 'luc_oat_'],
      [refreshToken, 'luc_ort_'],
      [code, 'luc_oac_'],
    ] as const) {
      t.equal(text.slice(0, prefix.length), prefix)
      t.match(text.slice(prefix.length), TOKEN)
      t.equal(Buffer.from(text.slice(prefix.length), 'base64url').length, 24)
    }
  },
)

promise(t, '000', 'an access token lives for an hour', async t => {
  const before = Date.now()
  const { body } = await redeem(system, await obtainCode(system))
  t.match(body, { token_type: 'Bearer', expires_in: HOUR / 1_000, scope: 'read:lucent' })
  const [ends] = rows('SELECT max(expires_at) AS at FROM tokens WHERE oauth IS NOT NULL')
  within(t, ends?.at, before + HOUR)
})

promise(t, '000', 'a refresh token lives for 30 days, which begin anew each time it is used', async t => {
  const before = Date.now()
  const connected = await connectClient(system)
  within(t, endOf('refresh', connected.refreshToken), before + 30 * DAY)
  const again = Date.now()
  const next = pairOf(await refresh(system, connected))
  within(t, endOf('refresh', next.refreshToken), again + 30 * DAY)
})

promise(t, '000', 'each refresh gives a new pair, and the old refresh token is good no more', async t => {
  const first = await connectClient(system)
  const second = pairOf(await refresh(system, first))
  t.not(second.refreshToken, first.refreshToken)
  t.not(second.accessToken, first.accessToken)
  t.equal((await rpc(url, second.accessToken, 'tools/list')).status, 200)
  refused(t, await refresh(system, first))
})

promise(
  t,
  '000',
  'a refresh token that comes a second time ends all that came of the connection',
  async t => {
    const first = await connectClient(system)
    const bystander = await connectClient(system)
    const second = pairOf(await refresh(system, first))
    const third = pairOf(await refresh(system, { ...first, ...second }))
    for (const { accessToken } of [second, third])
      t.equal((await rpc(url, accessToken, 'tools/list')).status, 200)
    refused(t, await refresh(system, first))
    for (const { accessToken } of [first, second, third])
      t.equal((await rpc(url, accessToken, 'tools/list')).status, 401)
    refused(t, await refresh(system, { ...first, ...third }))
    t.equal((await rpc(url, bystander.accessToken, 'tools/list')).status, 200, 'and nothing else')
  },
)

promise(t, '000', 'a code ends after 60 seconds', async t => {
  const before = Date.now()
  const { code } = await obtainCode(system)
  within(t, endOf('code', code), before + MINUTE)
})

promise(t, '000', 'a code is good for the redirect URI that it was sent to, and no other', async t => {
  const holder = await obtainCode(system)
  for (const redirect_uri of [
    'https://claude.com/api/mcp/auth_callback',
    `${CALLBACK}/`,
    'http://localhost/cb',
  ])
    refused(t, await redeem(system, holder, { redirect_uri }))
  t.equal((await redeem(system, holder)).status, 200)
})

promise(t, '000', 'a code is used once: the second time ends the tokens that came of the first', async t => {
  const connected = await connectClient(system)
  const rotated = pairOf(await refresh(system, connected))
  t.equal((await rpc(url, rotated.accessToken, 'tools/list')).status, 200)
  refused(t, await redeem(system, connected))
  for (const { accessToken } of [connected, rotated])
    t.equal((await rpc(url, accessToken, 'tools/list')).status, 401)
  refused(t, await refresh(system, { ...connected, ...rotated }))
})

promise(t, '000', 'PKCE with S256 is a must: no plain challenge, no implicit grant', async t => {
  const metadata = await document(`${PUBLIC_URL}/.well-known/oauth-authorization-server`)
  t.same(metadata.code_challenge_methods_supported, ['S256'])
  t.same(metadata.response_types_supported, ['code'])
  t.notOk(metadata.grant_types_supported.includes('implicit'))
  const { body } = await register(system)
  const { challenge, verifier } = pkce()
  for (const changes of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge: verifier, code_challenge_method: 'plain' },
    { code_challenge_method: undefined },
    { response_type: 'token' },
    { response_type: 'code token' },
  ]) {
    const page = await signIn(new Browser(system.at), authorizeUrl(body.client_id, challenge, changes))
    t.match(page.location ?? '', /^https:\/\/claude\.ai\/.*[?&]error=/, JSON.stringify(changes))
    t.notMatch(page.location ?? '', /code=|access_token/)
  }
  const holder = await obtainCode(system)
  refused(t, await redeem(system, holder, { code_verifier: pkce().verifier }))
  t.equal((await redeem(system, holder, { code_verifier: undefined })).status, 400)
})

promise(t, '000', 'codes go to claude.ai and claude.com, and to programs on one’s own machine', async t => {
  for (const uri of [
    CALLBACK,
    'https://claude.com/api/mcp/auth_callback',
    'http://127.0.0.1:33418/callback',
    'http://[::1]:8976/oauth/callback',
    'http://localhost:3118/callback',
  ]) {
    const { status, body } = await register(system, uri)
    t.equal(status, 201, uri)
    const browser = new Browser(system.at)
    const page = await signIn(browser, authorizeUrl(body.client_id, pkce().challenge, { redirect_uri: uri }))
    const sent = await decide(browser, page, 'approve')
    t.equal(sent.href.split('?')[0], uri)
    t.match(sent.searchParams.get('code') ?? '', /^luc_oac_/)
  }
})

promise(t, '000', 'no code is ever sent anywhere else', async t => {
  const { body } = await register(system)
  for (const uri of [
    'https://evil.example/callback',
    'https://claude.ai.evil.example/callback',
    'https://claude.ai@evil.example/callback',
    'https://claude.ai:8443/callback',
    'http://claude.ai/api/mcp/auth_callback',
    'https://sub.claude.ai/callback',
    'https://chatgpt.com/connector_platform_oauth_redirect',
    'https://vscode.dev/redirect',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'http://127.0.0.2:8080/callback',
    'http://localhost.evil.example:8080/callback',
    'https://localhost:8080/callback',
    'javascript:alert(1)',
  ]) {
    const registered = await register(system, uri)
    t.equal(registered.status, 400, uri)
    t.equal(registered.body.error, 'invalid_redirect_uri', uri)
    const page = await signIn(
      new Browser(system.at),
      authorizeUrl(body.client_id, pkce().challenge, { redirect_uri: uri }),
    )
    t.equal(page.status, 400, uri)
    t.equal(page.location, undefined, 'people stay where they are')
    t.ok(/redirect/i.test(page.html), 'and read why')
  }
})

promise(
  t,
  '000',
  'somebody who revokes an app ends its tokens with it: the next request is a 401',
  async t => {
    const connected = await connectClient(system)
    const { accessToken } = pairOf(await refresh(system, connected))
    t.equal((await call(url, accessToken, 'list_issues')).status, 200)
    const { body } = await dashboard.ask(`GET /connections?client=${connected.clientId}`)
    t.equal((await dashboard.ask(`DELETE /connections/${body.connections[0].id}`)).status, 204)
    const arrived = product.received.length
    for (const token of [accessToken, connected.accessToken]) {
      const { status, headers } = await call(url, token, 'list_issues')
      t.equal(status, 401)
      t.match(
        headers.get('www-authenticate') ?? '',
        /error="invalid_token".*resource_metadata=/,
        'and how to begin anew',
      )
    }
    refused(t, await refresh(system, connected))
    t.equal(product.received.length, arrived, 'the product is not asked')
  },
)

promise(
  t,
  '000',
  'a client whose app was revoked is asked about again, since its consent ended too',
  async t => {
    const browser = new Browser(system.at)
    const connected = await connectClient(system, { browser })
    const again = () => signIn(browser, authorizeUrl(connected.clientId, pkce().challenge))
    t.match((await again()).location ?? '', /^https:\/\/claude\.ai\/.*code=luc_oac_/, 'until then it is not')
    const { body } = await dashboard.ask(`GET /connections?client=${connected.clientId}`)
    for (const { id } of body.connections) await dashboard.ask(`DELETE /connections/${id}`)
    const page = await again()
    t.equal(page.location, undefined)
    t.ok(page.html.includes('value="approve"'))
  },
)

promise(t, '000', 'a revoked client comes back by the whole flow, with new tokens', async t => {
  const connected = await connectClient(system)
  const { body } = await dashboard.ask(`GET /connections?client=${connected.clientId}`)
  await dashboard.ask(`DELETE /connections/${body.connections[0].id}`)
  t.equal((await rpc(url, connected.accessToken, 'tools/list')).status, 401)
  const { accessToken } = await connectClient(system, { clientId: connected.clientId })
  t.equal((await rpc(url, accessToken, 'tools/list')).status, 200)
})

t.test('people see and end their own apps at /connections, and nobody else’s', async t => {
  const browser = new Browser(system.at)
  const { accessToken } = await connectClient(system, { browser })
  people.seat('rex')
  const foreign = new Browser(system.at)
  const rival = await connectClient(system, { browser: foreign })
  people.seat('mia')
  const page = await browser.open(`${PUBLIC_URL}/connections`)
  t.ok(/mia[\s\S]*org_north/.test(page.html))
  t.notOk(page.html.includes('org_rival'))
  t.ok(/last used <time/.test(page.html))
  for (const form of page.forms) {
    const button = form.buttons.find(({ name }) => name === 'revoke')
    if (button !== undefined) await browser.submit(page, form, { button: `revoke=${button.value}` })
  }
  t.equal((await rpc(url, accessToken, 'tools/list')).status, 401)
  t.equal((await rpc(url, rival.accessToken, 'tools/list')).status, 200)
  const { body } = await call(url, rival.accessToken, 'list_issues')
  t.notMatch(JSON.stringify(body), 'Checkout hangs')
})

t.test('somebody of no organisation can’t sign in', async t => {
  people.seat('nomad')
  const { body } = await register(system)
  const page = await signIn(new Browser(system.at), authorizeUrl(body.client_id, pkce().challenge))
  people.seat('mia')
  t.notOk(page.html.includes('value="approve"'))
  t.notMatch(page.location ?? '', 'code=')
})

t.test('a client that asks for more than there is gets no more', async t => {
  const { body } = await register(system)
  for (const scope of ['write:*', 'read:lucent write:issues', '*']) {
    const page = await signIn(
      new Browser(system.at),
      authorizeUrl(body.client_id, pkce().challenge, { scope }),
    )
    t.notOk(/value="(write:|\*)/.test(page.html), scope)
  }
})

t.test('who denies sends no code', async t => {
  const browser = new Browser(system.at)
  const { body } = await register(system)
  const page = await signIn(browser, authorizeUrl(body.client_id, pkce().challenge))
  const sent = await decide(browser, page, 'deny')
  t.equal(sent.searchParams.get('error'), 'access_denied')
  t.equal(sent.searchParams.get('code'), null)
})

async function document(address: string) {
  const { status, headers, body } = await ask(system.at(address))
  if (status !== 200 || !headers.get('content-type')?.startsWith('application/json'))
    throw new Error(`${address}: ${status} ${headers.get('content-type')}`)
  return body
}

function refused(t: Test, { status, body }: Answer): void {
  t.same({ status, error: body.error }, { status: 400, error: 'invalid_grant' })
}

/** When the store says that a code or refresh token ends, in milliseconds since the epoch. */
function endOf(kind: 'code' | 'refresh', text: string): unknown {
  const key = `${kind}:${hash('sha256', text, 'base64url')}`
  const [row] = rows('SELECT value FROM records WHERE key = ?', key)
  const { expiresAt, until } = JSON.parse(String(row?.value))
  return expiresAt ?? until
}

function rows(sql: string, ...values: string[]): Record<string, unknown>[] {
  const database = new DatabaseSync(store, { readOnly: true })
  const found = database.prepare(sql).all(...values)
  database.close()
  return found
}

/** An end is as long after its beginning as promised; a request may have taken some seconds of the slack. */
function within(t: Test, end: unknown, expected: number): void {
  const late = Number(end) - expected
  t.ok(late >= 0 && late < SLACK, `${late} ms after that`)
}
