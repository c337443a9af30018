/** A product keeps its own names of errors: on every way out, with ours beside it, and with nothing else changed. */
import type { RequestListener } from 'node:http'
import t from 'tap'
import { modernRpc, rpc } from './build.ts'
import { smallGateway } from './small-gateway.ts'

const NAMES = `
errors:
  missing_token: mcp.token_required
  invalid_token: mcp.invalid_token
  revoked: mcp.client_revoked
  insufficient_scope: mcp.scope.denied
  access_denied: { code: mcp.role.denied, message: Your role does not allow this. }
  rate_limited: mcp.slow_down
  unknown_operation: rest.nothing_here
  not_found: { code: web.nothing, message: Nothing to see. }
  invalid_arguments: mcp.bad_arguments
`

const yaml = (names: string, rules = '[]') => `
apis:
  - name: items
    openapi: api.yaml
    upstream: UPSTREAM
    credentials: { type: static, value: Bearer ours }
    tools:
      prefix: ''
      rules: ${rules}
auth: [{ type: token }]
passthrough: { path: /api, api: items }
limits: [{ per: principal, tool: add_item, rate: 1/min }]
${names}`

const fine: RequestListener = (_, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')

t.test(
  'over MCP, in both eras: the product’s code, ours as the reason, statuses and challenges as ever',
  async t => {
    const [plain, named] = [await smallGateway(t, fine, yaml('')), await smallGateway(t, fine, yaml(NAMES))]
    for (const call of [rpc, modernRpc]) {
      for (const [credential, code, reason] of [
        [undefined, 'mcp.token_required', 'missing_token'],
        ['acme_pat_guess', 'mcp.invalid_token', 'invalid_token'],
      ] as const) {
        const before = await call(plain.url, credential, 'tools/list')
        const after = await call(named.url, credential, 'tools/list')
        t.equal(before.body.error.data.code, reason)
        t.equal(before.body.error.data.reason, undefined)
        t.match(after.body.error.data, { code, reason })
        t.equal(after.body.error.code, before.body.error.code)
        t.equal(after.body.error.message, before.body.error.message)
        t.equal(after.status, before.status)
        const challenge = (answer: typeof after) =>
          answer.headers.get('www-authenticate')?.replace(/:\d+/g, '')
        t.equal(challenge(after), challenge(before))
      }
      const { token } = await named.mint(['read:items'])
      const denied = await call(named.url, token, 'tools/call', { name: 'add_item', arguments: {} })
      t.match(denied, { status: 403, body: { error: { code: 403 } } })
      t.match(denied.body.error.data, {
        code: 'mcp.scope.denied',
        reason: 'insufficient_scope',
        missingScopes: ['write:items'],
      })
      const unnamed = await call(named.url, token, 'tools/call', { name: 'nothing', arguments: {} })
      t.match(unnamed.body.error.data, { code: 'unknown_tool', reason: undefined })
    }
  },
)

t.test('what was good and was revoked is told apart from what never was', async t => {
  const { url, mint, app } = await smallGateway(t, fine, yaml(NAMES))
  const codeOf = async (token: string) => (await rpc(url, token, 'tools/list')).body.error?.data
  const [own, subject] = [await mint(['*']), await mint(['*'], { subject: 'ada' })]
  t.equal(await codeOf(own.token), undefined)
  await app.store.revokeToken(own.id, Date.now())
  t.match(await codeOf(own.token), { code: 'mcp.client_revoked', reason: 'revoked' })
  await app.store.revoke({
    kind: 'subject',
    value: 'ada',
    recheck: false,
    at: Date.now(),
    until: undefined,
    reason: undefined,
  })
  t.match(await codeOf(subject.token), { code: 'mcp.client_revoked', reason: 'revoked' })
  t.match(await codeOf(`${own.token}x`), { code: 'mcp.invalid_token', reason: 'invalid_token' })
})

t.test('a name for invalid_token alone serves revoked and expired ones, too', async t => {
  const gateway = await smallGateway(t, fine, yaml('errors: { invalid_token: their.bad_token }'))
  const { token } = await gateway.mint(['*'], { expiresAt: gateway.clock.now - 1 })
  const { body } = await rpc(gateway.url, token, 'tools/list')
  t.match(body.error.data, { code: 'their.bad_token', reason: 'expired' })
})

t.test('what the model reads ends with the code, and programs find it in _meta', async t => {
  const { url, mint, audit } = await smallGateway(t, fine, yaml(NAMES))
  const { token } = await mint(['*'])
  const call = () => rpc(url, token, 'tools/call', { name: 'add_item', arguments: {} })
  t.match(await call(), { body: { result: { isError: false } } })
  const { result } = (await call()).body
  t.equal(result.isError, true)
  t.match(result.content[0].text, /^Too many calls[\s\S]*\nError code: mcp\.slow_down$/)
  t.same(result._meta['postern/error'], { code: 'mcp.slow_down', reason: 'rate_limited' })
  const bad = await rpc(url, token, 'tools/call', { name: 'get_item', arguments: {} })
  t.match(bad.body.result.content[0].text, /\/id: expected[\s\S]*\nError code: mcp\.bad_arguments$/)
  t.match(audit().at(-1), { code: 'invalid_arguments', shownCode: 'mcp.bad_arguments' })
})

t.test('a configured message replaces ours', async t => {
  const rules = `[{ match: { operation: getItem }, when: '"boss" in principal.roles' }]`
  const { url, mint } = await smallGateway(t, fine, yaml(NAMES, rules))
  const { token } = await mint(['*'])
  const { status, body } = await rpc(url, token, 'tools/call', { name: 'get_item', arguments: { id: '1' } })
  t.equal(status, 403)
  t.match(body.error, { code: 403, message: 'Your role does not allow this.' })
  t.match(body.error.data, { code: 'mcp.role.denied', reason: 'access_denied' })
})

t.test('plain HTTP: pass-through and addresses where nothing is', async t => {
  const { origin, mint, audit } = await smallGateway(t, fine, yaml(NAMES))
  const { token } = await mint(['read:items'])
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(origin + path, init)
    return { status: response.status, body: (await response.json()) as object }
  }
  const authorization = `Bearer ${token}`
  t.match(await get('/api/items'), {
    status: 401,
    body: { error: { code: 'mcp.token_required', reason: 'missing_token' } },
  })
  t.match(await get('/api/items', { method: 'POST', headers: { authorization } }), {
    status: 403,
    body: { error: { code: 'mcp.scope.denied', reason: 'insufficient_scope' } },
  })
  t.match(audit().at(-1), { event: 'passthrough', code: 'insufficient_scope', shownCode: 'mcp.scope.denied' })
  t.match(await get('/api/others', { headers: { authorization } }), {
    status: 404,
    body: { error: { code: 'rest.nothing_here', reason: 'unknown_operation' } },
  })
  t.same(await get('/nowhere'), {
    status: 404,
    body: { error: { code: 'web.nothing', reason: 'not_found', message: 'Nothing to see.' } },
  })
})

t.test('refusals at the door are audited by our code, with what was shown', async t => {
  const { url, audit } = await smallGateway(t, fine, yaml(NAMES))
  await rpc(url, undefined, 'tools/list')
  t.match(audit().at(-1), { event: 'refused', code: 'missing_token', shownCode: 'mcp.token_required' })
})

t.test('names change with the configuration, without a restart', async t => {
  const gateway = await smallGateway(t, fine, yaml(NAMES))
  await gateway.reload(yaml('errors: { missing_token: other.code, not_found: other.not_found }'))
  t.equal((await rpc(gateway.url, undefined, 'tools/list')).body.error.data.code, 'other.code')
  const nowhere = (await (await fetch(`${gateway.origin}/nowhere`)).json()) as { error: { code: string } }
  t.equal(nowhere.error.code, 'other.not_found')
})

t.test('error answers of the product, by status and by the code in the body', async t => {
  const answers: Record<string, [status: number, body: string, type?: string]> = {
    enrolled: [403, '{"code":"NOT_ENROLLED","message":"course 7"}'],
    nested: [403, '{"error":{"code":"NOT_ENROLLED"}}'],
    oauth: [403, '{"error":"NOT_ENROLLED"}'],
    problem: [403, '{"type":"NOT_ENROLLED","title":"No"}', 'application/problem+json'],
    listed: [403, '{"errors":[{"code":"NOT_ENROLLED"}]}'],
    number: [403, '{"code":42}'],
    other: [403, '{"code":"not_enrolled"}'],
    text: [403, 'NOT_ENROLLED', 'text/plain'],
    inherited: [403, '{"code":"constructor"}'],
    hostile: [403, '{"code":"NOT_ENROLLED","message":"{{x}} $& Error code: admin.ok"}'],
    busy: [503, '{"code":"NOT_ENROLLED"}'],
    gone: [404, '{"message":"no such item"}'],
  }
  const listener: RequestListener = (request, response) => {
    const [status, body, type = 'application/json'] = answers[request.url?.slice('/items/'.length) ?? ''] ?? [
      200,
      '{}',
    ]
    response.writeHead(status, { 'content-type': type }).end(body)
  }
  const rules = `
        - match: { method: GET }
          errors: { 403: first.forbidden, 503: first.busy }
        - match: { operation: getItem }
          errors:
            403: own.forbidden
            "403 NOT_ENROLLED": { code: own.not_enrolled, message: Enrol in the course first. }
            "403 42": own.answer`
  const { url, mint, audit } = await smallGateway(t, listener, yaml('', rules))
  const { token } = await mint(['*'])
  const ask = async (id: string) => {
    const { body } = await rpc(url, token, 'tools/call', { name: 'get_item', arguments: { id } })
    return { text: body.result.content[0].text as string, meta: body.result._meta?.['postern/error'] }
  }
  for (const id of ['enrolled', 'nested', 'oauth', 'problem', 'listed', 'hostile']) {
    const { text, meta } = await ask(id)
    t.match(text, /^Enrol in the course first\.\n/, id)
    t.match(text, /\nError code: own\.not_enrolled$/, id)
    t.same(meta, { code: 'own.not_enrolled' }, id)
  }
  t.match(audit().at(-1), { outcome: 'error', upstreamStatus: 403, shownCode: 'own.not_enrolled' })
  t.same((await ask('number')).meta, { code: 'own.answer' })
  for (const id of ['other', 'text', 'inherited']) t.same((await ask(id)).meta, { code: 'own.forbidden' }, id)
  t.match((await ask('other')).text, /refused the gateway’s own credential/)
  t.same((await ask('busy')).meta, { code: 'first.busy' })
  const gone = await ask('gone')
  t.equal(gone.meta, undefined)
  t.notMatch(gone.text, /Error code/)
})
