/** The official client of the first SDK generation (2025-* only) at a whole gateway. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { caught } from './caught.ts'
import { openHangingBackend } from './hanging-backend.ts'

async function connect(t: Test, url: string, headers: Record<string, string>): Promise<Client> {
  const client = new Client({ name: 'sdk-v1', version: '1' })
  t.teardown(() => client.close())
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  return client
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

t.test('lists what the token may see, and calls it', async t => {
  const { url, mint, audit } = await build(t)
  const { token, id } = await mint(['read:invoices'])
  const client = await connect(t, url, bearer(token))
  t.match(client.getServerVersion(), { name: 'tally', title: 'Tallybook', version: '0.0.0-test' })
  t.match(client.getInstructions(), /Tallybook/)
  t.same(client.getServerCapabilities(), { tools: { listChanged: false } })

  const { tools, nextCursor } = await client.listTools()
  t.same(tools.map(tool => tool.name).sort(), [
    'tally_get_invoice',
    'tally_get_invoice_pdf',
    'tally_list_invoices',
  ])
  t.equal(nextCursor, undefined)

  const result = await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 2 } })
  t.equal(result.isError, false)
  t.match(result.structuredContent, { data: [{ id: /^inv_/ }, { id: /^inv_/ }] })
  t.match(result.content, [{ type: 'text' }])
  t.same(
    JSON.parse((result.content as { text: string }[])[0]?.text ?? ''),
    result.structuredContent,
    'the text says the same',
  )
  t.match(audit().at(-1), {
    event: 'tool_call',
    outcome: 'ok',
    tool: 'tally_list_invoices',
    credential: id,
    upstreamStatus: 200,
  })
  await client.ping()
})

t.test('a PDF arrives as a resource, byte for byte', async t => {
  const { url, mint } = await build(t)
  const client = await connect(t, url, bearer((await mint(['read:*'])).token))
  const list = await client.callTool({ name: 'tally_list_invoices', arguments: { status: 'paid', limit: 1 } })
  const { data } = list.structuredContent as { data: { id: string }[] }
  const result = await client.callTool({ name: 'tally_get_invoice_pdf', arguments: { id: data[0]?.id } })
  t.match(result, {
    isError: false,
    content: [{ type: 'resource', resource: { mimeType: 'application/pdf' } }],
  })
  const [block] = result.content as { resource: { blob: string } }[]
  t.match(Buffer.from(block?.resource.blob ?? '', 'base64').toString('latin1'), /^%PDF-1\.\d[\s\S]*%%EOF\s*$/)
})

t.test('what the model can mend is a result, not an exception', async t => {
  const { url, mint } = await build(t)
  const client = await connect(t, url, bearer((await mint(['read:*'])).token))
  t.match(await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 'many' } }), {
    isError: true,
    content: [{ type: 'text', text: /\/limit: expected/ }],
  })
  const unknown = { name: 'tally_get_invoice', arguments: { id: 'inv_0000000000000000' } }
  t.match(await client.callTool(unknown), {
    isError: true,
    content: [{ type: 'text', text: /404 Not Found/ }],
  })
})

t.test('protocol errors keep their codes', async t => {
  const { url, mint } = await build(t)
  const client = await connect(t, url, bearer((await mint(['read:*'])).token))
  const noTool = await caught(client.callTool({ name: 'tally_nothing' }))
  t.type(noTool, McpError)
  t.match(noTool, { code: -32602, data: { code: 'unknown_tool' } })
  const noMethod = await caught(client.listPrompts())
  t.type(noMethod, McpError)
  t.match(noMethod, { code: -32601, data: { code: 'method_not_found' } })
  t.equal((await client.listTools()).tools.length > 0, true, 'and the connection goes on')
})

t.test('401 and 403, as this client reports them', async t => {
  const { app, url, mint } = await build(t)
  const missing = await caught(connect(t, url, {}))
  t.type(missing, StreamableHTTPError)
  t.match(missing, { code: 401, message: /"code":"missing_token"/ })
  t.match(await caught(connect(t, url, bearer('postern_pat_wrong'))), {
    code: 401,
    message: /"code":"invalid_token"/,
  })

  const { token, id } = await mint(['read:invoices'])
  const client = await connect(t, url, bearer(token))
  const denied = await caught(
    client.callTool({ name: 'tally_delete_invoice', arguments: { id: 'inv_0000000000000000' } }),
  )
  t.type(denied, StreamableHTTPError)
  t.match(denied, { code: 403, message: /"missingScopes":\["manage:invoices"\]/ })
  t.equal((await client.listTools()).tools.length, 3, 'a refused call ends nothing else')

  await app.store.revokeToken(id, Date.now())
  t.match(await caught(client.listTools()), { code: 401, message: /"code":"invalid_token"/ })
})

t.test('signs in with the product’s header pair', async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const client = await connect(t, url, { Email: email, Token: token })
  const { tools } = await client.listTools()
  t.ok(tools.length > 0)
  t.ok(
    tools.every(tool => tool.annotations?.readOnlyHint),
    'a viewer only reads',
  )
  t.match(await client.callTool({ name: 'tally_list_workspaces' }), { isError: false })
})

t.test('a client that closes ends its call at the backend', async t => {
  const backend = await openHangingBackend(t)
  const { url, mint, audit } = await build(t, backend.behind)
  const client = await connect(t, url, bearer((await mint(['read:*'])).token))
  const failed = caught(client.callTool({ name: 'tally_list_invoices' }))
  await backend.called
  await client.close()
  await backend.closed
  t.type(await failed, McpError)
  t.equal(backend.requests, 1, 'an aborted call is not repeated')
  t.same(audit().length, 1)
  t.match(audit()[0], { outcome: 'error', code: 'cancelled', tool: 'tally_list_invoices' })
})
