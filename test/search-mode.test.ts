/**
 * `expose: search`: a few tools in front of a selection. What they find, describe and run for a caller is exactly
 * what the caller may call where the same tools are listed.
 */
import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Tier } from '../src/catalogue/tool.ts'
import type { Config } from '../src/config/config.ts'
import type { ServerConfig } from '../src/config/schema.ts'
import { serveStdio } from '../src/mcp/stdio.ts'
import { build, modernRpc, type RpcAnswer, rpc, toolNames } from './build.ts'
import { makePrincipal } from './policy/make-tool.ts'

const FRONT = ['tally_search_tools', 'tally_describe_tool']
const EXECUTE: Readonly<Record<Tier, string>> = {
  read: 'tally_execute_read',
  write: 'tally_execute_write',
  manage: 'tally_execute_manage',
}

/** The same tools twice: listed at /mcp, searched at /search. */
async function both(t: Test, more: Partial<ServerConfig> = { expose: 'search' }) {
  const built = await build(t, config => ({ ...config, servers: twoServers(config, more) }))
  const url = `${built.origin}/search`
  const call = (token: string, name: string, args: object = {}) =>
    rpc(url, token, 'tools/call', { name, arguments: args })
  return { ...built, listedUrl: built.url, url, call }
}

function twoServers({ servers }: Config, more: Partial<ServerConfig>): ServerConfig[] {
  return servers.slice(0, 1).flatMap(server => [server, { ...server, path: '/search', ...more }])
}

const textOf = ({ body }: RpcAnswer): string =>
  body.result.content.map((block: { text: string }) => block.text).join('\n')

t.test('the list: search, describe, and an execute tool per tier that the caller may use', async t => {
  const { url, mint } = await both(t)
  const reader = await mint(['read:invoices'])
  const writer = await mint(['write:*'])
  const nobody = await mint(['read:nothing'])
  for (const ask of [rpc, modernRpc]) {
    t.same(toolNames(await ask(url, reader.token, 'tools/list')), [...FRONT, EXECUTE.read])
    t.same(toolNames(await ask(url, writer.token, 'tools/list')), [...FRONT, EXECUTE.read, EXECUTE.write])
    t.same(toolNames(await ask(url, nobody.token, 'tools/list')), [])
  }
  const { body } = await rpc(url, writer.token, 'tools/list')
  const hints = Object.fromEntries(
    body.result.tools.map((tool: { name: string; annotations: object }) => [tool.name, tool.annotations]),
  )
  t.match(hints.tally_search_tools, { readOnlyHint: true, openWorldHint: false })
  t.match(hints.tally_execute_read, { readOnlyHint: true, destructiveHint: false })
  t.match(hints.tally_execute_write, { readOnlyHint: false })
})

for (const [era, ask] of [
  ['2025', rpc],
  ['2026', modernRpc],
] as const) {
  t.test(`search, describe, execute: the answer is that of a direct call (${era})`, async t => {
    const { url, listedUrl, mint, audit } = await both(t)
    const { token } = await mint(['read:*'])
    const call = (name: string, args: object) => ask(url, token, 'tools/call', { name, arguments: args })

    const found = await call('tally_search_tools', { query: 'show the invoices', limit: 3 })
    t.equal(found.body.result.isError, false)
    t.match(found.body.result.structuredContent, {
      total: Number,
      tools: [{ tier: 'read', execute: EXECUTE.read }],
    })
    const names = found.body.result.structuredContent.tools.map((tool: { name: string }) => tool.name)
    t.ok(names.includes('tally_list_invoices'))
    t.match(textOf(found), /^- tally_list_invoices \(tally_execute_read\): /m)

    const described = await call('tally_describe_tool', { names: ['tally_list_invoices'] })
    const [definition] = described.body.result.structuredContent.tools
    const { execute, tier, scopes, ...rest } = definition
    t.same({ execute, tier, scopes }, { execute: EXECUTE.read, tier: 'read', scopes: ['read:invoices'] })
    const listed = await ask(listedUrl, token, 'tools/list')
    t.same(
      rest,
      listed.body.result.tools.find((tool: { name: string }) => tool.name === 'tally_list_invoices'),
      'what the list says of it',
    )

    const args = { limit: 2, status: 'paid' }
    const run = await call(EXECUTE.read, { name: 'tally_list_invoices', arguments: args })
    const direct = await ask(listedUrl, token, 'tools/call', { name: 'tally_list_invoices', arguments: args })
    t.same(run.body, direct.body)
    t.match(audit().slice(-2), [
      { tool: 'tally_list_invoices', via: EXECUTE.read, tier: 'read', arguments: args, upstreamStatus: 200 },
      { tool: 'tally_list_invoices', via: undefined, tier: 'read', arguments: args, upstreamStatus: 200 },
    ])
    t.match(audit()[0], {
      event: 'tool_call',
      tool: 'tally_search_tools',
      outcome: 'ok',
      arguments: { query: 'show the invoices' },
    })
  })
}

t.test(
  'arguments are checked as in a direct call, whether they came as an object or as its text',
  async t => {
    const { mint, call } = await both(t)
    const { token } = await mint(['*'])
    const bad = await call(token, EXECUTE.read, { name: 'tally_list_invoices', arguments: { limit: 'many' } })
    t.equal(bad.body.result.isError, true)
    t.match(textOf(bad), '/limit: expected')
    const asText = await call(token, EXECUTE.read, { name: 'tally_list_invoices', arguments: '{"limit":1}' })
    t.equal(asText.body.result.structuredContent.data.length, 1)
    const none = await call(token, EXECUTE.read, { name: 'tally_list_invoices' })
    t.equal(none.body.result.isError, false)
    for (const args of [
      {},
      { name: 7 },
      { name: 'tally_list_invoices', arguments: [] },
      { name: 'a', limit: 2 },
    ]) {
      const refused = await call(token, EXECUTE.read, args)
      t.equal(refused.body.result.isError, true, JSON.stringify(args))
      t.match(textOf(refused), /expected/)
    }
  },
)

t.test('a tool runs through the execute tool of its tier only', async t => {
  const { mint, call, audit } = await both(t)
  const { token } = await mint(['*'])
  const args = { name: 'tally_delete_invoice', arguments: { id: 'inv_x' } }
  for (const wrong of [EXECUTE.read, EXECUTE.write]) {
    const answer = await call(token, wrong, args)
    t.equal(answer.body.result.isError, true)
    t.match(textOf(answer), `run it with ${EXECUTE.manage}`)
    t.match(audit().at(-1), { tool: 'tally_delete_invoice', via: wrong, outcome: 'error' })
    t.equal(audit().at(-1)?.upstreamStatus, undefined, 'nothing was sent')
  }
  const list = await call(token, EXECUTE.read, { name: 'tally_list_invoices', arguments: { limit: 1 } })
  const [{ id }] = list.body.result.structuredContent.data
  await call(token, EXECUTE.manage, { ...args, arguments: { id } })
  t.match(audit().at(-1), { tool: 'tally_delete_invoice', arguments: { id }, upstreamStatus: Number })
})

t.test('a tool that the caller may not call is refused as in a direct call, whatever runs it', async t => {
  const { mint, call, audit } = await both(t)
  const { token } = await mint(['read:invoices'])
  for (const through of Object.values(EXECUTE)) {
    const answer = await call(token, through, { name: 'tally_delete_invoice', arguments: { id: 'inv_x' } })
    t.equal(answer.status, 403)
    t.match(answer.headers.get('www-authenticate'), /insufficient_scope.*scope="manage:invoices"/)
    t.match(audit().at(-1), {
      outcome: 'denied',
      tool: 'tally_delete_invoice',
      missingScopes: ['manage:invoices'],
    })
  }
  t.equal((await call(token, 'tally_delete_invoice', { id: 'inv_x' })).status, 403)
})

t.test('a direct call past the list is refused, and told how', async t => {
  const { mint, call, audit } = await both(t)
  const { token } = await mint(['*'])
  const answer = await call(token, 'tally_list_invoices', {})
  t.match(answer.body.error, {
    data: { code: 'unknown_tool' },
    message: /Run it with tally_execute_read.*\{"name":"tally_list_invoices","arguments":\{\}\}/,
  })
  t.equal(audit().at(-1)?.upstreamStatus, undefined)
  const made = await call(token, 'no_such_tool', {})
  t.match(made.body.error, { data: { code: 'unknown_tool' }, message: /Search with tally_search_tools/ })
})

t.test('a name without a tool: what may have been meant, of what the caller may call', async t => {
  const { mint, call, audit } = await both(t)
  const { token } = await mint(['read:invoices'])
  for (const name of ['list_invoices', 'tally_search_tools', EXECUTE.read, '__proto__', 'constructor']) {
    const answer = await call(token, EXECUTE.read, { name, arguments: {} })
    t.equal(answer.body.result.isError, true, name)
    t.match(textOf(answer), 'There is no tool of this name.')
    t.match(audit().at(-1), { outcome: 'error', tool: name, via: EXECUTE.read })
  }
  const meant = await call(token, EXECUTE.read, { name: 'deleteInvoices' })
  t.match(textOf(meant), 'tally_get_invoice')
  t.notMatch(textOf(meant), 'tally_delete_invoice')
})

t.test('describe tells a hidden tool from one that does not exist by nothing', async t => {
  const { mint, call } = await both(t)
  const { token } = await mint(['read:contacts'])
  const hidden = await call(token, 'tally_describe_tool', { names: ['tally_get_invoice'] })
  const made = await call(token, 'tally_describe_tool', { names: ['tally_get_invoicf'] })
  const plain = (answer: RpcAnswer) => JSON.stringify(answer.body).replaceAll(/tally_get_invoic[ef]/g, 'X')
  // The suggestions go by the words of the name, which here differ in one that nothing visible has.
  t.equal(plain(hidden), plain(made))
  t.equal(hidden.body.result.isError, true)
  const some = await call(token, 'tally_describe_tool', { names: '["tally_get_contact","x"]' })
  t.equal(some.body.result.isError, false)
  t.match(some.body.result.structuredContent, { tools: [{ name: 'tally_get_contact' }], notFound: ['x'] })
  t.equal(
    (await call(token, 'tally_describe_tool', { names: 'tally_get_contact' })).body.result.isError,
    false,
  )
})

t.test('a search that finds nothing names the resources of what the caller may call', async t => {
  const { mint, call } = await both(t)
  const { token } = await mint(['read:contacts'])
  const answer = await call(token, 'tally_search_tools', { query: 'quaternion invoice' })
  t.same(answer.body.result.structuredContent.total, 0)
  t.match(textOf(answer), /contacts \(\d+\)/)
  t.notMatch(textOf(answer), 'invoices')
  const none = await call(token, 'tally_search_tools', { tier: 'manage' })
  t.match(textOf(none), 'There is no resource with manage tools.')
  t.equal((await call(token, 'tally_search_tools', { limit: 1000 })).body.result.isError, true)
})

t.test('searchAbove: only callers who may see more than so many tools search', async t => {
  const { url, mint, call } = await both(t, { searchAbove: 3 })
  const reader = await mint(['read:invoices'])
  const everything = await mint(['*'])
  t.equal(toolNames(await rpc(url, reader.token, 'tools/list')).length, 3)
  t.equal((await call(reader.token, 'tally_list_invoices', { limit: 1 })).body.result.isError, false)
  const absent = await call(reader.token, EXECUTE.read, { name: 'tally_list_invoices' })
  t.match(absent.body.error, { data: { code: 'unknown_tool' } })
  t.same(toolNames(await rpc(url, everything.token, 'tools/list')), [...FRONT, ...Object.values(EXECUTE)])
})

t.test('over stdio all the same', async t => {
  const { app } = await both(t)
  const [, door] = app.doors
  if (door === undefined) throw new Error('the second server has no door')
  const messages = [
    {
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} },
    },
    { id: 2, method: 'tools/list' },
    {
      id: 3,
      method: 'tools/call',
      params: { name: EXECUTE.read, arguments: { name: 'tally_list_invoices', arguments: { limit: 1 } } },
    },
  ]
  const output = new PassThrough()
  await serveStdio({
    door,
    input: Readable.from(messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)),
    output,
    lineLimit: 100_000,
    authenticate: () => ({ principal: makePrincipal(['read:*']), forwardable: {} }),
  })
  const answers = output.read().toString().trim().split('\n').map(JSON.parse)
  const answerTo = (id: number) => answers.find((answer: { id: number }) => answer.id === id).result
  t.same(
    answerTo(2).tools.map(({ name }: { name: string }) => name),
    [...FRONT, EXECUTE.read],
  )
  t.equal(answerTo(3).structuredContent.data.length, 1)
})

t.test('a reload makes a new index', async t => {
  const { app, config, mint, call, url } = await both(t)
  const { token } = await mint(['read:*'])
  const search = () => call(token, 'tally_search_tools', { query: 'contact' })
  t.match(textOf(await search()), 'tally_list_contacts')
  const apis = config.apis.map(api => ({
    ...api,
    tools: { ...api.tools, exclude: [...(api.tools.exclude ?? []), { tag: 'contacts' }] },
  }))
  await app.reload({ ...config, apis })
  t.notMatch(textOf(await search()), 'tally_list_contacts')
  const gone = await call(token, EXECUTE.read, { name: 'tally_list_contacts' })
  t.match(textOf(gone), 'There is no tool of this name')
  await app.reload({ ...config, servers: twoServers(config, {}) })
  t.ok(toolNames(await rpc(url, token, 'tools/list')).includes('tally_list_contacts'), 'listed from now on')
})

t.test(
  'property: search, describe and execute reveal and run what a listing would, for any scopes',
  async t => {
    t.setTimeout(120_000)
    const { app, url, listedUrl, mint, call, audit } = await both(t)
    const tools = app.catalogue.tools
    const scope = fc.oneof(
      fc.constantFrom('*', 'read:*', 'write:*', 'manage:*', 'nonsense', ...Object.values(EXECUTE), ...FRONT),
      fc.constantFrom(...tools.map(tool => tool.name), ...tools.flatMap(tool => tool.scopes)),
    )
    const caller = fc.tuple(fc.array(scope, { minLength: 1, maxLength: 4 }), fc.subarray(['accountant']))
    await fc.assert(
      fc.asyncProperty(caller, async ([scopes, roles]) => {
        const { token } = await mint(scopes, { roles })
        const visible = new Set(toolNames(await rpc(listedUrl, token, 'tools/list')))
        const shown = new Set(toolNames(await rpc(url, token, 'tools/list')))
        const tiers = new Set(tools.filter(tool => visible.has(tool.name)).map(tool => EXECUTE[tool.tier]))
        t.same(shown, visible.size === 0 ? new Set() : new Set([...FRONT, ...tiers]), `${scopes}`)
        if (visible.size === 0) return

        const all = await call(token, 'tally_search_tools', { limit: 50 })
        const found = all.body.result.structuredContent.tools.map((tool: { name: string }) => tool.name)
        t.same(new Set(found), visible)
        const invisible = tools.filter(tool => !visible.has(tool.name)).map(tool => tool.name)
        const asked = await call(token, 'tally_search_tools', { query: `${invisible[0]} invoice` })
        for (const name of invisible) t.notMatch(textOf(asked), new RegExp(`${name}\\b`))

        for (const { name, tier } of tools) {
          const described = await call(token, 'tally_describe_tool', { names: [name] })
          t.equal(described.body.result.isError, !visible.has(name))
          for (const through of Object.values(EXECUTE)) {
            // Arguments that no tool takes: an allowed call ends at the arguments, so nothing is changed.
            const answer = await call(token, through, { name, arguments: { nope: 1 } })
            if (!visible.has(name)) t.equal(answer.status, 403)
            else if (through === EXECUTE[tier]) t.match(textOf(answer), 'nope')
            else t.match(textOf(answer), `run it with ${EXECUTE[tier]}`)
            if (visible.has(name) && through === EXECUTE[tier]) t.ok(shown.has(through))
          }
        }
      }),
      { numRuns: 12 },
    )
    t.notOk(
      audit().some(record => record.upstreamStatus !== undefined),
      'nothing was ever sent',
    )
  },
)
