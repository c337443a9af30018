/** The official clients of both generations at a server whose tools are searched: list, search, describe, run. */
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { caught } from './caught.ts'

type Call = (name: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>

interface Connected {
  readonly list: () => Promise<readonly string[]>
  readonly call: Call
}

type Connect = (t: Test, url: URL, token: string) => Promise<Connected>

const headersOf = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } })

const second =
  (options: ClientOptions): Connect =>
  async (t, url, token) => {
    const client = new Client({ name: 'sdk-v2', version: '2' }, options)
    t.teardown(() => client.close())
    await client.connect(new StreamableHTTPClientTransport(url, headersOf(token)))
    return {
      list: async () => (await client.listTools()).tools.map(tool => tool.name),
      call: async (name, args) => client.callTool({ name, arguments: args }),
    }
  }

const first: Connect = async (t, url, token) => {
  const client = new FirstClient({ name: 'sdk-v1', version: '1' })
  t.teardown(() => client.close())
  await client.connect(new FirstTransport(url, headersOf(token)))
  return {
    list: async () => (await client.listTools()).tools.map(tool => tool.name),
    call: async (name, args) => client.callTool({ name, arguments: args }),
  }
}

const CLIENTS: readonly (readonly [string, Connect])[] = [
  ['SDK 1', first],
  ['SDK 2, 2025-11-25', second({})],
  ['SDK 2, 2026-07-28', second({ versionNegotiation: { mode: { pin: '2026-07-28' } } })],
]

for (const [name, connect] of CLIENTS) {
  t.test(name, async t => {
    const { url, mint, audit } = await build(t, config => ({
      ...config,
      servers: config.servers.map(server => ({ ...server, expose: 'search' as const })),
    }))
    const { token } = await mint(['write:contacts', 'read:workspaces'])
    const { list, call } = await connect(t, new URL(url), token)
    t.same(await list(), [
      'tally_search_tools',
      'tally_describe_tool',
      'tally_execute_read',
      'tally_execute_write',
    ])

    const found = await call('tally_search_tools', { query: 'add a contact', limit: 3 })
    const { tools } = found.structuredContent as { tools: { name: string; execute: string }[] }
    t.match(tools[0], { name: 'tally_create_contact', execute: 'tally_execute_write' })
    const described = await call('tally_describe_tool', { names: [tools[0]?.name] })
    t.match(described.structuredContent, { tools: [{ inputSchema: { required: Array } }] })

    const workspaces = await call('tally_execute_read', { name: 'tally_list_workspaces' })
    const [{ id }] = (workspaces.structuredContent as { data: [{ id: string }] }).data
    const contact = { workspace_id: id, name: 'Grete Hermann', email: 'grete@example.com' }
    const args = { name: 'tally_create_contact', arguments: contact }
    const made = await call('tally_execute_write', args)
    t.equal(made.isError, false, JSON.stringify(made.content))
    t.match(made.structuredContent, { name: 'Grete Hermann' })
    t.match(audit().at(-1), { tool: 'tally_create_contact', via: 'tally_execute_write', outcome: 'ok' })

    const wrong = await call('tally_execute_read', args)
    t.equal(wrong.isError, true)
    t.match(
      await caught(call('tally_execute_manage', { name: 'tally_delete_contact', arguments: {} })),
      Error,
    )
    t.match(audit().at(-1), { outcome: 'denied', missingScopes: ['manage:contacts'] })
    t.match(await caught(call('tally_create_contact', args.arguments)), { message: /tally_execute_write/ })
  })
}
