/** Lucent's static tokens, as its settings page makes, lists and revokes them, and what is kept of every credential. */
import { hash } from 'node:crypto'
import t from 'tap'
import { ask, call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { connectClient, obtainCode, pairOf, refresh } from './client.ts'
import { openDashboard } from './dashboard.ts'
import { startLucent } from './start.ts'

const { system, url, product, stored } = await startLucent(t)

// The first to use a token here: uses are written a second after the first one, and then once a minute.
promise(t, '000', 'lists say when each token and each app was last used', async t => {
  const begun = Date.now() - 60_000
  const scope = ['--scope', 'read:lucent', '--org', 'org_north']
  const [used, unused, { clientId, accessToken }] = await Promise.all([
    system.cli('token', 'create', '--json', '--name', 'used', ...scope),
    system.cli('token', 'create', '--json', '--name', 'unused', ...scope),
    connectClient(system),
  ])
  for (const token of [JSON.parse(used.stdout).token, accessToken])
    t.equal((await rpc(url, token, 'tools/list')).status, 200)
  const [apps] = JSON.parse((await system.cli('connection', 'list', '--json')).stdout)
  t.equal(apps.client.id, clientId)
  t.ok(Date.parse(apps.lastUsedAt) >= begun)
  const lastUse = async (made: { stdout: string }) => {
    const tokens = JSON.parse((await system.cli('token', 'list', '--json')).stdout)
    return tokens.find(({ id }: { id: string }) => id === JSON.parse(made.stdout).id).lastUsedAt
  }
  let at: string | undefined
  while (at === undefined) at = await lastUse(used)
  t.ok(Date.parse(at) >= begun)
  t.equal(await lastUse(unused), undefined)
})

const dashboard = await openDashboard(system)

promise(t, '000', 'the settings page makes tokens that a client sends as they are', async t => {
  const { token } = await dashboard.mint('org_north', { name: 'cursor-prod' })
  t.same(await visible(url, token), ['get_issue', 'list_insights', 'list_issues', 'list_signals'])
  const { body } = await call(url, token, 'list_issues')
  t.equal(body.result.structuredContent.data.length, 4)
})

promise(t, '000', 'a static token lasts until somebody revokes it', async t => {
  const { status, body } = await dashboard.ask('POST /tokens', {
    ...{ name: 'nightly', subject: 'ci', organization: 'org_north', scopes: ['read:lucent'] },
  })
  t.equal(status, 201)
  t.equal(body.expiresAt, undefined)
})

promise(t, '000', 'a token has a name of free text, up to 64 characters', async t => {
  for (const name of [
    'my laptop',
    'cursor-prod',
    'Müllers “Rechner” №2 🦊',
    'x'.repeat(64),
    '🦊'.repeat(64),
  ]) {
    const { status, body } = await dashboard.ask('POST /tokens', { name, scopes: ['read:lucent'] })
    t.same({ status, name: body.name }, { status: 201, name })
  }
  for (const name of ['', '   ', 'x'.repeat(65), 'two\nlines', 'a\u202eb']) {
    const { status } = await dashboard.ask('POST /tokens', { name, scopes: ['read:lucent'] })
    t.equal(status, 400, JSON.stringify(name))
  }
})

promise(t, '000', 'a token is shown when it is made, and never again', async t => {
  const { id, token } = await dashboard.mint('org_north', { name: 'seen once' })
  const lists = [
    JSON.stringify((await dashboard.ask('GET /tokens')).body),
    (await system.cli('token', 'list', '--json')).stdout,
    (await system.cli('token', 'list')).stdout,
  ]
  for (const text of lists) {
    t.ok(text.includes(id) && text.includes('seen once'), 'it is listed')
    t.notOk(text.includes(token.slice(0, 24)), 'and not shown')
  }
  for (const path of [`/tokens/${id}`, `/tokens/${id}/token`])
    t.ok((await dashboard.ask(`GET ${path}`)).status >= 400, path)
})

promise(t, '000', 'a static token begins with luc_mcp_ and is 192 random bits in base64url', async t => {
  const made = await Promise.all(Array.from({ length: 20 }, () => dashboard.mint('org_north')))
  for (const { token } of made) t.match(token, /^luc_mcp_[\w-]{32}$/)
  t.equal(new Set(made.map(({ token }) => token)).size, made.length)
})

promise(t, '000', 'of tokens and codes only a SHA-256 is kept, on disk and in every record', async t => {
  const { token } = await dashboard.mint('org_north')
  const { code: unused } = await obtainCode(system)
  const first = await connectClient(system)
  const second = pairOf(await refresh(system, first))
  await call(url, token, 'list_signals')
  await call(url, second.accessToken, 'list_signals')
  await call(url, `${token}x`, 'list_signals')
  await system.audited(({ event, code }) => event === 'refused' && code === 'invalid_token')
  const kept = stored()
  const [places, secrets] = [
    { store: kept, audit: JSON.stringify(system.audit()), log: system.logged() },
    [
      token,
      unused,
      first.code,
      first.refreshToken,
      first.accessToken,
      second.refreshToken,
      second.accessToken,
    ],
  ]
  for (const secret of secrets) {
    t.ok(kept.includes(hash('sha256', secret, 'base64url')), `${secret.slice(0, 8)}…`)
    for (const [place, text] of Object.entries(places))
      t.notOk(text.includes(secret.slice(8 + 4)), `nothing else of it in the ${place}`)
  }
})

promise(t, '000', 'a revoked token is refused by the very next request', async t => {
  const { id, token } = await dashboard.mint('org_north')
  const other = await dashboard.mint('org_north')
  t.equal((await call(url, token, 'list_issues')).status, 200)
  t.equal((await dashboard.ask(`DELETE /tokens/${id}`)).status, 204)
  const arrived = product.received.length
  for (const method of ['tools/list', 'initialize', 'ping'])
    t.equal((await rpc(url, token, method)).status, 401)
  t.equal((await call(url, token, 'list_issues')).status, 401)
  t.equal(product.received.length, arrived, 'the product is not asked')
  t.equal((await call(url, other.token, 'list_issues')).status, 200)
  const { body } = await dashboard.ask('GET /tokens')
  t.type(body.tokens.find((one: { id: string }) => one.id === id).revokedAt, 'string', 'when is on record')
})

promise(t, '000', 'whoever has lost a token revokes it and makes another', async t => {
  const lost = await dashboard.mint('org_north', { name: 'laptop' })
  await dashboard.ask(`DELETE /tokens/${lost.id}`)
  const found = await dashboard.mint('org_north', { name: 'laptop' })
  t.not(found.token, lost.token)
  t.equal((await rpc(url, lost.token, 'tools/list')).status, 401)
  t.equal((await rpc(url, found.token, 'tools/list')).status, 200)
})

promise(
  t,
  '000',
  'nothing is answered without a good token, and the answer is JSON that says why',
  async t => {
    const { token } = await dashboard.mint('org_north')
    for (const credential of [
      undefined,
      'luc_mcp_',
      `luc_mcp_${'A'.repeat(32)}`,
      `luc_oat_${token.slice(8)}`,
      token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
      token.slice(8),
      `${token} `.repeat(2).trim(),
    ]) {
      const { status, headers, body } = await rpc(url, credential, 'tools/list')
      t.equal(status, 401, `${credential}`.slice(0, 8))
      t.match(headers.get('www-authenticate') ?? '', /^Bearer .*resource_metadata=/)
      t.match(body, { error: { message: /./ } })
    }
    const inQuery = `${url}?token=${token}&access_token=${token}`
    t.equal((await rpc(inQuery, undefined, 'tools/list')).status, 401)
  },
)

t.test('a client’s token opens nothing but the endpoint', async t => {
  const { token } = await dashboard.mint('org_north', { scopes: ['*'] })
  const { accessToken } = await connectClient(system)
  for (const credential of [token, accessToken]) {
    const headers = { authorization: `Bearer ${credential}` }
    for (const path of ['/mcp-admin/tokens', '/mcp-admin/connections', '/mcp-admin/revocations']) {
      const { status } = await ask(system.origin + path, { headers })
      t.ok(status === 401 || status === 403, path)
    }
  }
})
