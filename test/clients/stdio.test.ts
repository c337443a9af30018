/** `postern stdio`, the catalogue without HTTP, driven by the official clients of both SDK generations. */
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { type Built, build } from '../build.ts'
import { caught } from './caught.ts'
import { openHangingBackend } from './hanging-backend.ts'
import { runChild, seclude } from './run-child.ts'
import { GENERATIONS, type ServerProcess } from './stdio-clients.ts'
import { writeConfig } from './write-config.ts'

const BIN = fileURLToPath(new URL('../../bin/postern.js', import.meta.url))

function postern(t: Test, built: Built, env: Record<string, string>, ...more: string[]): ServerProcess {
  const config = writeConfig(t, built)
  return {
    args: [BIN, '--config', config.file, 'stdio', ...more],
    env: { ...seclude(t).env, ...config.env, ...env },
  }
}

for (const generation of GENERATIONS) {
  t.test(`${generation.name}: lists, calls, and is refused once the token is revoked`, async t => {
    const built = await build(t)
    const { token, id } = await built.mint(['read:invoices'])
    const client = await generation.connect(t, postern(t, built, { POSTERN_TOKEN: token }))
    t.match(client.serverVersion(), { name: 'tally', title: 'Tallybook', version: /^\d+\.\d+\.\d+/ })
    const { tools } = await client.listTools()
    t.same(tools.map(tool => tool.name).sort(), [
      'tally_get_invoice',
      'tally_get_invoice_pdf',
      'tally_list_invoices',
    ])
    t.match(await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 2 } }), {
      isError: false,
      structuredContent: { data: [{ id: /^inv_/ }, { id: /^inv_/ }] },
    })
    t.match(await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 'many' } }), {
      isError: true,
      content: [{ text: /\/limit: expected an integer/ }],
    })
    t.match(await caught(client.callTool({ name: 'tally_delete_invoice' })), {
      code: 403,
      message: /manage:invoices/,
    })

    t.equal(await built.app.store.revokeToken(id, Date.now()), true)
    t.match(
      await caught(client.callTool({ name: 'tally_list_invoices', arguments: { limit: 2 } })),
      { code: 401, data: { code: 'invalid_token' } },
      'the very next request',
    )
    t.same(client.mishaps, [], 'nothing but messages on standard output')
    await client.close()
    t.match(client.stderr(), /"tool":"tally_list_invoices"/, 'the audit goes where it is not in the way')
    t.notMatch(client.stderr(), token)
  })

  t.test(`${generation.name}: a cancelled call ends at the backend`, async t => {
    const backend = await openHangingBackend(t)
    const built = await build(t)
    const { token } = await built.mint(['read:*'])
    const server = postern(t, built, { POSTERN_TOKEN: token, INVOICING_URL: backend.url })
    const client = await generation.connect(t, server)
    const controller = new AbortController()
    const failed = caught(client.callTool({ name: 'tally_list_invoices' }, { signal: controller.signal }))
    await backend.called
    controller.abort(new Error('changed my mind'))
    await failed
    await backend.closed
    t.equal(backend.requests, 1)
    t.ok((await client.listTools()).tools.length > 0, 'the connection goes on')
  })
}

t.test('the product’s own credentials sign in: a token, a header pair', async t => {
  const built = await build(t)
  const [{ connect }] = GENERATIONS
  const pat = built.product.credentials.pat(['read:contacts'])
  const own = await connect(t, postern(t, built, { POSTERN_TOKEN: pat }))
  t.match(await own.callTool({ name: 'tally_list_contacts', arguments: { limit: 1 } }), { isError: false })

  const { email, token } = built.product.credentials.pair('viewer')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: read by postern, from its environment
  const headers = ['-H', 'Email: ${EMAIL}', '-H', 'Token: ${TOKEN}']
  const pair = await connect(t, postern(t, built, { EMAIL: email, TOKEN: token }, ...headers))
  t.match(await pair.callTool({ name: 'tally_list_workspaces' }), { isError: false })
})

t.test('without a token, and with a wrong one, every request is refused in words', async t => {
  const built = await build(t)
  for (const { name, connect } of GENERATIONS) {
    // Held to 2026-07-28, the client says of any refusal only that the revision is not offered.
    const isPinned = name.endsWith('pinned')
    const refused = await caught(connect(t, postern(t, built, {})))
    t.match(refused, { message: isPinned ? /2026-07-28/ : /needs a credential/ }, name)
    const wrong = await caught(connect(t, postern(t, built, { POSTERN_TOKEN: 'postern_pat_wrong' })))
    t.match(wrong, isPinned ? { message: /2026-07-28/ } : { code: 401 }, name)
  }
})

t.test('nothing but messages on standard output, whatever comes in, and a good end', async t => {
  const built = await build(t)
  const { token } = await built.mint(['read:invoices'])
  const { args, env } = postern(t, built, { POSTERN_TOKEN: token })
  const message = (id: number, method: string, params: object = {}) =>
    JSON.stringify({ jsonrpc: '2.0', id, method, params })
  const clientInfo = { name: 'raw', version: '1' }
  const lines = [
    message(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }),
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    'this is no JSON\r',
    '{"jsonrpc":"2.0"}',
    '',
    '\u0000\u001b[31m',
    message(2, 'tools/list'),
    message(3, 'tools/call', { name: 'tally_list_invoices', arguments: { limit: 1 } }),
    message(4, 'tools/call', { name: 'tally_list_invoices\n{"jsonrpc":"2.0","id":99,"result":{}}' }),
    message(5, 'no/such'),
    `[${message(6, 'ping')}]`,
    // The last line has no end.
    message(7, 'ping'),
  ]
  const ended = await runChild(args, env, lines.join('\n'))
  t.equal(ended.code, 0, ended.stderr)
  t.ok(ended.stdout.endsWith('\n'))
  const answers = ended.stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  for (const answer of answers) t.match(answer, { jsonrpc: '2.0' })
  const byId = new Map(answers.map(answer => [answer.id, answer]))
  t.match(byId.get(1), { result: { protocolVersion: '2025-11-25', serverInfo: { name: 'tally' } } })
  t.match(byId.get(2), { result: { tools: { length: 3 } } })
  t.match(byId.get(3), { result: { isError: false } })
  t.match(byId.get(4), { error: { code: -32602 } })
  t.match(byId.get(5), { error: { code: -32601 } })
  t.match(byId.get(7), { result: {} })
  t.notOk(byId.has(99))
  t.ok(answers.filter(answer => answer.error !== undefined && answer.id === undefined).length >= 3)
})
