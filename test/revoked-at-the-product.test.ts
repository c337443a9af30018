/**
 * A credential that the product refuses at a call is asked about again, so that it opens nothing more here for as long as
 * the earlier answer would have held; and whoever makes a backend refuse every call makes no flood of questions of it.
 */
import t, { type Test } from 'tap'
import { rpc } from './build.ts'
import { smallGateway } from './small-gateway.ts'

const YAML = `
apis: [{ name: items, openapi: api.yaml, upstream: UPSTREAM, credentials: { type: forward }, tools: { prefix: '' } }]
auth:
  - { type: bearer, prefix: pat_, verify: { request: GET /me, grant: ['*'], cache: 10m, negativeCache: 1m } }
  - { type: headers, headers: [Email, Key], subject: Email, verify: { request: GET /me, grant: ['*'], cache: 10m } }
passthrough: { path: /api, api: items }
`

async function setUp(t: Test) {
  const product = { knows: true, refuses: false, status: 401 }
  const gateway = await smallGateway(
    t,
    ({ url }, response) => {
      const isGood = url === '/me' ? product.knows : product.knows && !product.refuses
      response.writeHead(isGood ? 200 : product.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ id: 'ada@acme.com' }))
    },
    YAML,
  )
  const questions = () => gateway.backend.requests.filter(({ url }) => url === '/me').length
  return { ...gateway, product, questions }
}

const TOKEN = 'pat_0123456789'
const call = async (url: string) =>
  (await rpc(url, TOKEN, 'tools/call', { name: 'list_items', arguments: {} })).status
const list = async (url: string) => (await rpc(url, TOKEN, 'tools/list')).status

t.test('by a tool call, with a token', async t => {
  const { url, product, clock } = await setUp(t)
  t.equal(await call(url), 200)
  product.knows = false
  clock.now += 1_000
  t.equal(await list(url), 200, 'nobody could know yet')
  t.equal(await call(url), 200, 'the product refuses it')
  t.equal(await list(url), 401)
  t.equal(await call(url), 401)
})

t.test('through the pass-through, with headers', async t => {
  const { origin, product, clock } = await setUp(t)
  const get = async () =>
    (await fetch(`${origin}/api/items`, { headers: { email: 'ada@acme.com', key: '0123456789' } })).json()
  t.match(await get(), { id: 'ada@acme.com' })
  product.knows = false
  clock.now += 1_000
  t.notMatch(await get(), { error: { code: 'invalid_token' } }, 'the answer is the product’s')
  t.match(await get(), { error: { code: 'invalid_token' } })
})

t.test('a backend that refuses what the product knows is believed seldom', async t => {
  const { url, product, clock, questions } = await setUp(t)
  product.refuses = true
  for (let count = 0; count < 20; count++) t.equal(await call(url), 200)
  t.equal(questions(), 2, 'asked again once')
  clock.now += 10_000
  for (let count = 0; count < 20; count++) await call(url)
  t.equal(questions(), 3)
  t.equal(await list(url), 200, 'and nobody is locked out by it')
})

t.test('no other refusal says anything about the credential', async t => {
  const { url, product, questions } = await setUp(t)
  product.refuses = true
  for (const status of [400, 403, 404, 500]) {
    product.status = status
    await call(url)
  }
  await call(url)
  t.equal(questions(), 1)
})
