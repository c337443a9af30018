/** A whole gateway whose callers sign in with JWTs of an identity provider; all HTTP is real. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createIssuer, createKey, type SignOptions } from './auth/jwt/issuer.ts'
import { build, modernRpc, rpc, toolNames } from './build.ts'

async function setUp(t: Test, upstream?: string) {
  const issuer = await createIssuer(t)
  const gateway = await build(t, config => ({
    ...config,
    auth: [...config.auth, issuer.config()],
    apis: config.apis.map(api => ({ ...api, upstream: upstream ?? api.upstream })),
  }))
  const now = Math.floor(Date.now() / 1_000)
  const times = { exp: now + 600, iat: now - 1, nbf: now - 1 }
  return {
    ...gateway,
    issuer,
    now,
    sign: ({ claims = {}, ...rest }: SignOptions = {}) =>
      issuer.sign({ ...rest, claims: { ...times, ...claims } }),
  }
}

t.test('a JWT of the identity provider sees and calls what its scopes allow', async t => {
  const { url, sign, audit } = await setUp(t)
  const token = sign({ claims: { scope: 'read:invoices' } })
  const names = toolNames(await rpc(url, token, 'tools/list')).sort()
  t.same(names, [
    'tally_export_invoices',
    'tally_get_invoice',
    'tally_get_invoice_pdf',
    'tally_list_invoices',
  ])
  t.same(toolNames(await modernRpc(url, token, 'tools/list')).sort(), names)
  const answer = await rpc(url, token, 'tools/call', { name: 'tally_list_invoices', arguments: {} })
  t.match(answer, { status: 200, body: { result: { isError: false } } })
  t.match(audit().at(-1), { subject: 'ada', credential: 'jti_token-1' })
  t.notMatch(JSON.stringify(audit()), token.slice(0, 30))
})

t.test('N15: a missing scope is 403 with the scopes, for JWTs too', async t => {
  const { url, sign } = await setUp(t)
  const token = sign({ claims: { scope: 'read:invoices' } })
  const answer = await modernRpc(url, token, 'tools/call', {
    name: 'tally_delete_invoice',
    arguments: { id: 'x' },
  })
  t.equal(answer.status, 403)
  const told = answer.headers.get('www-authenticate') ?? ''
  t.match(
    told,
    /error="insufficient_scope".*scope="read:invoices manage:invoices"/,
    'what it has, and what it lacks',
  )
  t.ok(
    told.includes(`resource_metadata="${new URL(url).origin}/.well-known/oauth-protected-resource/mcp"`),
    told,
  )
})

t.test('N6: a JWT in the query string is not read', async t => {
  const { url, sign } = await setUp(t)
  t.equal((await rpc(`${url}?access_token=${sign()}`, undefined, 'tools/list')).status, 401)
})

t.test('N3, N4, N8: expired, for others, unsigned: 401 with a challenge', async t => {
  const { url, sign, now } = await setUp(t)
  for (const options of [
    { claims: { exp: now - 100 } },
    { claims: { aud: `${url}-other` } },
    { header: { alg: 'none' } },
    { key: createKey('key-1') },
  ]) {
    const answer = await rpc(url, sign(options), 'tools/list')
    t.equal(answer.status, 401)
    t.match(answer.headers.get('www-authenticate'), /^Bearer realm="tally", error="invalid_token"/)
    t.match(answer.body.error, { code: 401, data: { code: 'invalid_token' } })
  }
})

t.test('N20: no backend ever sees the JWT, also after a redirect', async t => {
  const seen: IncomingHttpHeaders[] = []
  const backend = createServer((request, response) => {
    seen.push(request.headers)
    if (request.url?.includes('again'))
      response.setHeader('content-type', 'application/json').end('{"items":[]}')
    else response.writeHead(302, { location: `${request.url}?again` }).end()
  })
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  t.teardown(() => backend.close())
  const upstream = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  const { url, sign, config } = await setUp(t, upstream)
  t.ok(config.apis[0]?.credentials.some(credential => credential.type === 'forward'))
  const token = sign({ claims: { scope: '*' } })
  await rpc(url, token, 'tools/call', { name: 'tally_list_invoices', arguments: {} })
  await rpc(url, token, 'tools/call', { name: 'tally_list_invoices', arguments: {} })
  t.equal(seen.length, 4)
  for (const headers of seen) {
    t.match(headers.authorization, /^Bearer /, 'the gateway’s own')
    for (const part of token.split('.')) t.notMatch(JSON.stringify(headers), part)
  }
})

t.test(
  'an identity provider that is down is 503 with Retry-After; minted tokens work all the while',
  async t => {
    const { url, sign, mint, issuer } = await setUp(t)
    issuer.state.failure = 'reset'
    const answer = await rpc(url, sign(), 'tools/list')
    t.equal(answer.status, 503)
    t.equal(answer.headers.get('retry-after'), '2')
    t.equal(answer.headers.get('www-authenticate'), null)
    t.notMatch(
      JSON.stringify(answer.body),
      new URL(issuer.issuer).host,
      'and its address is nobody’s concern',
    )
    const { token } = await mint(['read:*'])
    t.equal((await rpc(url, token, 'tools/list')).status, 200)
  },
)

t.test('a large token arrives whole', async t => {
  const { url, sign } = await setUp(t)
  t.equal(
    (await rpc(url, sign({ claims: { groups: Array(300).fill('a-group-of-people') } }), 'tools/list')).status,
    200,
  )
  t.equal((await rpc(url, sign({ claims: { padding: 'x'.repeat(20_000) } }), 'tools/list')).status, 431)
})
