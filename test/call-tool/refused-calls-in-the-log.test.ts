/** A credential without what a rule binds is refused at every call, and the log stays readable. */
import t from 'tap'
import { rpc } from '../build.ts'
import { smallGateway } from '../small-gateway.ts'

t.test('one line, without a stack, however often it is called', async t => {
  const gateway = await smallGateway(
    t,
    (_, response) => response.end('[]'),
    `apis:
  - name: items
    openapi: ./api.yaml
    upstream: UPSTREAM
    tools: { prefix: '', rules: [{ match: { operation: getItem }, bind: { id: principal.organization } }] }
auth: [{ type: token }]
`,
  )
  const { token } = await gateway.mint(['read:*'])
  for (let index = 0; index < 30; index++) {
    const { status, body } = await rpc(gateway.url, token, 'tools/call', { name: 'get_item', arguments: {} })
    t.not(status, 200)
    t.match(body.error?.message, /does not say it/)
  }
  t.equal(gateway.backend.requests.length, 0)
  const lines = gateway
    .logged()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const refusals = lines.filter(({ msg }) => msg === 'call refused')
  t.equal(refusals.length, 1)
  t.match(refusals[0], {
    level: 30,
    code: 'access_denied',
    tool: 'get_item',
    leftOut: 0,
    detail: /principal/,
  })
  t.notOk(
    lines.some(({ level }) => level > 30),
    'nothing to be warned of',
  )
  t.notMatch(gateway.logged(), 'stack')

  gateway.clock.now += 60_000
  await rpc(gateway.url, token, 'tools/call', { name: 'get_item', arguments: {} })
  t.match(gateway.logged(), '"leftOut":29')
})
