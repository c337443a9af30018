/** Limits at whole gateways: what the model, an HTTP client and the audit are told, and a fleet that counts together. */
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { type Built, build, modernRpc, rpc } from './build.ts'
import { type LimitInput, makeLimits } from './limits/make-limits.ts'
import { startRedis, withoutRedis } from './store/start-redis.ts'

const skip = withoutRedis()
const LIST = { name: 'tally_list_workspaces', arguments: {} }

function limited(t: Test, ...limits: LimitInput[]): Promise<Built> {
  return build(t, config => ({ ...config, limits: makeLimits(...limits) }))
}

for (const mode of ['legacy', '2026-07-28'] as const) {
  t.test(`${mode}: the official client hands the model what to wait for`, async t => {
    const { url, mint, audit } = await limited(t, { per: 'principal', rate: '2/h' })
    const { token } = await mint(['read:*'])
    const client = new Client(
      { name: 'test', version: '1' },
      mode === 'legacy' ? {} : { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )
    t.teardown(() => client.close())
    const headers = { authorization: `Bearer ${token}` }
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
    await client.listTools()
    for (let i = 0; i < 2; i++) t.match(await client.callTool(LIST), { isError: false })
    const refused = await client.callTool(LIST)
    t.match(refused, {
      isError: true,
      content: [{ type: 'text', text: /at most 2 calls per hour with one credential/ }],
    })
    t.match(refused.content, [{ text: /Call again in 3\d{3} seconds \(.*(hour|minutes).*\), not sooner\.$/ }])
    t.match(audit().at(-1), { event: 'tool_call', outcome: 'denied', code: 'rate_limited' })
    t.notOk('upstreamStatus' in (audit().at(-1) ?? {}), 'nothing was sent')
    await t.resolves(client.listTools(), 'lists are no calls')
  })
}

t.test('answers say in headers how much is left', async t => {
  const { url, mint } = await limited(
    t,
    { per: 'principal', rate: '2/min' },
    { per: 'subject', budget: '500/day' },
  )
  const { token } = await mint(['read:*'])
  const first = await rpc(url, token, 'tools/call', LIST)
  t.equal(
    first.headers.get('ratelimit-policy'),
    '"principal-min";q=2;w=60, "subject-budget-day";q=500;w=86400',
  )
  t.equal(first.headers.get('ratelimit'), '"principal-min";r=1;t=60, "subject-budget-day";r=499;t=86400')
  t.equal(first.headers.get('retry-after'), null)
  await modernRpc(url, token, 'tools/call', LIST)
  const refused = await modernRpc(url, token, 'tools/call', LIST)
  t.equal(refused.status, 200, 'a result, so that clients hand it to the model')
  t.equal(refused.body.result.isError, true)
  t.match(refused.headers.get('retry-after'), /^(60|[1-5]\d)$/)
  t.match(refused.headers.get('ratelimit'), /^"principal-min";r=0;t=\d+, "subject-budget-day";r=498;t=\d+$/)
  t.equal((await rpc(url, token, 'tools/list')).headers.get('ratelimit'), null)
})

t.test('without limits there are no such headers', async t => {
  const { url, mint } = await limited(t)
  const answer = await rpc(url, (await mint(['read:*'])).token, 'tools/call', LIST)
  t.equal(answer.headers.get('ratelimit'), null)
  t.equal(answer.headers.get('ratelimit-policy'), null)
})

t.test('what the policy or the arguments refuse', async t => {
  const { url, mint } = await limited(t, { per: 'principal', rate: '2/min' })
  const { token } = await mint(['read:workspaces'])
  for (let i = 0; i < 5; i++) {
    const denied = await rpc(url, token, 'tools/call', { name: 'tally_list_invoices', arguments: {} })
    t.equal(denied.status, 403, 'the policy comes first and uses nothing up')
    t.equal(denied.headers.get('ratelimit'), null)
  }
  const bad = await rpc(url, token, 'tools/call', { ...LIST, arguments: { nonsense: [1] } })
  t.match(bad.body.result.content[0].text, /nonsense/)
  t.match(bad.headers.get('ratelimit'), /r=1;/, 'bad arguments have been a call')
})

t.test('rules say what calls cost', async t => {
  const { url, mint } = await build(t, config => ({
    ...config,
    apis: config.apis.map(api => ({
      ...api,
      tools: {
        ...api.tools,
        rules: [...(api.tools.rules ?? []), { match: { operation: 'listWorkspaces' }, cost: 5 }],
      },
    })),
    limits: makeLimits({ per: 'subject', budget: '12/day' }),
  }))
  const { token } = await mint(['read:*'])
  const other = await mint(['read:*'])
  t.equal((await rpc(url, token, 'tools/call', LIST)).body.result.isError, false)
  t.equal((await rpc(url, other.token, 'tools/call', LIST)).body.result.isError, false, 'the same user')
  const refused = await rpc(url, token, 'tools/call', LIST)
  t.match(refused.body.result.content[0].text, /The budget is used up: .* costs 5, and 2 is left/)
  const stranger = await mint(['read:*'], { subject: 'somebody else' })
  t.equal((await rpc(url, stranger.token, 'tools/call', LIST)).body.result.isError, false)
})

t.test('the pass-through refuses with 429, and counts with the tools', async t => {
  const { url, origin, mint, audit } = await limited(t, { per: 'subject', rate: '3/h' })
  const { token } = await mint(['read:*'])
  const get = (path: string) =>
    fetch(`${origin}/api${path}`, { headers: { authorization: `Bearer ${token}` } })
  t.equal((await rpc(url, token, 'tools/call', LIST)).body.result.isError, false)
  const passed = await get('/v1/workspaces')
  t.equal(passed.status, 200)
  t.match(passed.headers.get('ratelimit'), /^"subject-h";r=1;t=3\d{3}$/)
  await get('/v1/workspaces')
  const refused = await get('/v1/workspaces')
  t.equal(refused.status, 429)
  t.match(refused.headers.get('retry-after'), /^3\d{3}$/)
  t.match(refused.headers.get('ratelimit'), /^"subject-h";r=0;t=3\d{3}$/)
  t.equal(refused.headers.get('ratelimit-policy'), '"subject-h";q=3;w=3600')
  t.match(await refused.json(), { error: { code: 'rate_limited', message: /at most 3 calls per hour/ } })
  t.match(audit().at(-1), { event: 'passthrough', outcome: 'denied', code: 'rate_limited' })
  t.equal((await rpc(url, token, 'tools/call', LIST)).body.result.isError, true)
})

t.test('a reload changes limits and keeps what was spent', async t => {
  const { app, config, url, mint } = await limited(t, { per: 'principal', rate: '2/h' })
  const { token } = await mint(['read:*'])
  const call = async () => (await rpc(url, token, 'tools/call', LIST)).body.result.isError
  t.same([await call(), await call(), await call()], [false, false, true])
  await app.reload({ ...config, limits: makeLimits({ per: 'principal', rate: '3/h' }) })
  t.same([await call(), await call()], [false, true])
  await t.rejects(
    app.reload({ ...config, limits: makeLimits({ per: 'principal', tool: 'tally_lost', rate: '3/h' }) }),
    { code: 'configuration_invalid' },
  )
  t.equal(await call(), true, 'a mistake changes nothing')
  await app.reload({ ...config, limits: [] })
  t.equal(await call(), false)
})

/** Gateways that share a store and nothing else. */
async function fleet(t: Test, redis: string, ...limits: LimitInput[]): Promise<Built[]> {
  const node = () =>
    build(t, config => ({
      ...config,
      store: { type: 'redis', url: redis, keyPrefix: 'tally:' },
      limits: makeLimits(...limits),
    }))
  return [await node(), await node(), await node()]
}

t.test('60 a minute are 60 on three gateways together, however many come at once', { skip }, async t => {
  const nodes = await fleet(t, (await startRedis(t)).url, { per: 'principal', rate: '60/min' })
  const minted = await nodes[0]?.mint(['read:*'])
  const answers = await Promise.all(
    Array.from({ length: 210 }, async (_, i) => {
      const answer = await rpc(nodes[i % 3]?.url ?? '', minted?.token, 'tools/call', LIST)
      return answer.body.result.isError
    }),
  )
  t.equal(answers.filter(isError => !isError).length, 60)
})

t.test('counters that can’t be asked let nothing through, and recover by themselves', { skip }, async t => {
  const server = await startRedis(t)
  const [node] = await fleet(t, server.url, { per: 'principal', rate: '60/min' })
  if (node === undefined) throw new Error('no gateway')
  // Its product verifies this credential, so that nothing but the limits needs the store.
  const credential = node.product.credentials.pat(['*'])
  const call = () => rpc(node.url, credential, 'tools/call', LIST)
  t.equal((await call()).body.result.isError, false)
  server.freeze()
  const refused = await call()
  server.thaw()
  t.equal(refused.status, 503)
  t.equal(refused.headers.get('retry-after'), '1')
  t.match(refused.body.error, { data: { code: 'store_unavailable' } })
  t.match(node.audit().at(-1), { outcome: 'error', code: 'store_unavailable' })
  for (;;) {
    const answer = await call()
    if (answer.status === 200) break
    t.equal(answer.status, 503)
  }
})

t.test('processes that share an SQLite file count together', async t => {
  const path = join(t.testdir(), 'shared.db')
  const node = () =>
    build(t, config => ({
      ...config,
      store: { type: 'sqlite', path },
      limits: makeLimits({ per: 'principal', rate: '20/h' }),
    }))
  const nodes = [await node(), await node()]
  const minted = await nodes[0]?.mint(['read:*'])
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const answer = await rpc(nodes[i % 2]?.url ?? '', minted?.token, 'tools/call', LIST)
      return answer.body.result.isError
    }),
  )
  t.equal(answers.filter(isError => !isError).length, 20)
})
