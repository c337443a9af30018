/**
 * A caller who can make the product silent about themselves, by using up what it answers them in a minute for example,
 * must not thereby lose the role that keeps them out.
 */
import t from 'tap'
import { pretendCaller } from '../../src/cli/pretend-caller.ts'
import { compileExpression, type ExpressionKind } from '../../src/config/expression.ts'
import { rpc } from '../build.ts'
import { smallGateway } from '../small-gateway.ts'

const silent = Object.freeze({
  ...pretendCaller(['*']),
  roles: [],
  flags: undefined,
  unlearnt: ['flags', 'roles'] as const,
})
const resultOf = (source: string, principal: object = silent, kind: ExpressionKind = 'condition') =>
  compileExpression(source, kind).evaluate(principal)

t.test('no expression draws on roles that nobody could say, however it is written', async t => {
  for (const source of [
    '!("guest" in principal.roles)',
    'principal.roles == []',
    'size(principal.roles) == 0',
    'principal["roles"].all(role, role != "guest")',
    '[principal].all(one, !("guest" in one.roles))',
  ]) {
    t.equal(resultOf(source), undefined, source)
    t.equal(
      resultOf(source, { ...silent, unlearnt: undefined }),
      true,
      `${source}, where the product says none`,
    )
    t.equal(
      resultOf(source, { ...silent, unlearnt: ['flags'] }),
      true,
      `${source}, where roles are not asked for`,
    )
  }
  t.equal(
    resultOf('"guest" in principal.roles ? "own" : "all"', silent, 'value'),
    undefined,
    'nor a bound argument',
  )
  t.equal(
    resultOf('"guest" in principal.roles || principal.scheme != ""'),
    true,
    'what holds without them holds',
  )
})

t.test('through the whole gateway', async t => {
  let isSilent = false
  const { url, origin, mint, clock } = await smallGateway(
    t,
    (request, response) => {
      const isQuestion = request.url === '/roles/eve'
      response.writeHead(isQuestion && isSilent ? 429 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isQuestion ? { roles: ['guest'] } : { ok: true }))
    },
    `
apis:
  - name: items
    openapi: api.yaml
    upstream: UPSTREAM
    credentials: { type: none }
    tools:
      prefix: ''
      rules: [{ match: { operation: addItem }, when: '!("guest" in principal.roles)' }]
auth: [{ type: token }]
passthrough: { path: /api, api: items }
entitlements: { request: 'GET /roles/{subject}', roles: roles, cache: 10s }
`,
  )
  const { token } = await mint(['*'], { subject: 'eve' })
  const outcomes = async () => [
    (await rpc(url, token, 'tools/call', { name: 'add_item', arguments: {} })).status,
    (await fetch(`${origin}/api/items`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }))
      .status,
    JSON.stringify((await rpc(url, token, 'tools/list')).body).includes('add_item'),
  ]
  t.same(await outcomes(), [403, 403, false], 'a guest')
  isSilent = true
  clock.now += 60_000
  t.same(await outcomes(), [403, 403, false], 'perhaps a guest')
})
