/** Answers that fit a context, through the whole gateway and as official clients take them. */
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import type { Config } from '../src/config/config.ts'
import { build, modernRpc, rpc } from './build.ts'

type ToolsConfig = Config['apis'][number]['tools']

function withTools(tools: Partial<ToolsConfig>): (config: Config) => Config {
  return config => ({
    ...config,
    apis: config.apis.map(api => ({ ...api, tools: { ...api.tools, ...tools } })),
  })
}

interface Called {
  readonly content: readonly unknown[]
  readonly structuredContent?: unknown
  readonly _meta?: Record<string, unknown> | undefined
}
type Call = (args: Record<string, unknown>) => Promise<Called>

/** Follows the ready-made arguments until there are none. */
async function walk(call: Call, args: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = []
  let next: Record<string, unknown> | undefined = args
  for (let pages = 0; next !== undefined && pages < 100; pages++) {
    const { structuredContent, _meta, content } = await call(next)
    const { data } = structuredContent as { data: { id: string }[] }
    ids.push(...data.map(({ id }) => id))
    const told = _meta?.['postern/next'] as { arguments: Record<string, unknown> } | undefined
    t.equal(content.length, told === undefined ? 1 : 2, 'said in words too')
    next = told?.arguments
  }
  return ids
}

async function connect(t: Test, url: string, token: string): Promise<Record<string, Call>> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  const name = 'tally_list_invoices'
  const v1 = new ClientV1({ name: 'v1', version: '1' })
  await v1.connect(new TransportV1(new URL(url), { requestInit }))
  await v1.listTools()
  const modes = await Promise.all(
    (['legacy', 'auto'] as const).map(async mode => {
      const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode } })
      await client.connect(new TransportV2(new URL(url), { requestInit }))
      await client.listTools()
      t.teardown(() => client.close())
      return [`SDK v2 ${mode}`, (args: Record<string, unknown>) => client.callTool({ name, arguments: args })]
    }),
  )
  t.teardown(() => v1.close())
  return {
    'SDK v1': async args => (await v1.callTool({ name, arguments: args })) as Called,
    ...Object.fromEntries(modes),
  }
}

t.test('every client walks through all pages with the arguments that it is given', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['*'])
  const clients = await connect(t, url, token)
  const whole = await walk(clients['SDK v1'] as Call, { limit: 100 })
  t.ok(whole.length > 6 && new Set(whole).size === whole.length, `${whole.length} invoices`)
  for (const [name, call] of Object.entries(clients)) {
    t.same(await walk(call, { limit: 3 }), whole, name)
  }
})

t.test('cut answers satisfy the advertised schema, as clients check it', async t => {
  for (const outputSchema of ['loose', 'strict'] as const) {
    const { url, mint, audit } = await build(t, withTools({ resultLimit: 2_000, outputSchema }))
    const { token } = await mint(['*'])
    for (const [name, call] of Object.entries(await connect(t, url, token))) {
      const { content, structuredContent } = await call({ limit: 50 })
      const { data } = structuredContent as { data: unknown[] }
      t.ok(data.length > 0 && data.length < 50, `${name}, ${outputSchema}: ${data.length} of 50`)
      t.match(content.at(-1), { text: /^Shortened to 2,000 characters: data: \d+ of \d+ items/ })
    }
    t.notOk(
      audit().some(record => 'drift' in record),
      'the demo answers what its document says',
    )
  }
})

for (const [era, call] of [
  ['2025', rpc],
  ['2026', modernRpc],
] as const) {
  t.test(`_meta holds the next call beside what the era puts there (${era})`, async t => {
    const { url, mint } = await build(t, withTools({ fields: true }))
    const { token } = await mint(['*'])
    const params = {
      name: 'tally_list_invoices',
      arguments: { limit: 2, fields: ['data.*.id', 'next_cursor'] },
    }
    const { result } = (await call(url, token, 'tools/call', params)).body
    t.same(Object.keys(result.structuredContent.data[0]), ['id'])
    t.equal(result._meta['postern/next'].arguments.cursor, result.structuredContent.next_cursor)
    t.match(result._meta['postern/next'].arguments, { limit: 2, fields: ['data.*.id', 'next_cursor'] })
    t.equal('io.modelcontextprotocol/serverInfo' in result._meta, era === '2026')
    const last = (
      await call(url, token, 'tools/call', { name: 'tally_list_invoices', arguments: { limit: 100 } })
    ).body
    t.equal(last.result.structuredContent.next_cursor, null)
    t.notOk(last.result._meta?.['postern/next'])
  })
}
