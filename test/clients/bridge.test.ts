/** `postern bridge`, a gateway over standard input and output, driven by the clients of both SDK generations. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders that postern reads from its environment
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { caught } from './caught.ts'
import { openHangingBackend } from './hanging-backend.ts'
import { runChild, seclude } from './run-child.ts'
import { GENERATIONS, type ServerProcess } from './stdio-clients.ts'

const BIN = fileURLToPath(new URL('../../bin/postern.js', import.meta.url))

function bridge(
  t: Test,
  url: string,
  env: Record<string, string>,
  headers: readonly string[] = [],
): ServerProcess {
  return {
    args: [BIN, 'bridge', url, ...headers.flatMap(header => ['--header', header])],
    env: { ...seclude(t).env, ...env },
  }
}

for (const generation of GENERATIONS) {
  t.test(`${generation.name}: lists and calls with POSTERN_TOKEN, until it is revoked`, async t => {
    const { app, url, mint, audit } = await build(t)
    const { token, id } = await mint(['read:invoices'])
    const client = await generation.connect(t, bridge(t, url, { POSTERN_TOKEN: token }))
    t.match(client.serverVersion(), { name: 'tally', version: '0.0.0-test' }, 'the gateway, not the bridge')
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
    t.match(audit(), [{ outcome: 'ok', credential: id }])
    t.match(await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 'many' } }), {
      isError: true,
      content: [{ text: /\/limit: expected an integer/ }],
    })
    t.match(await caught(client.callTool({ name: 'tally_delete_invoice' })), {
      code: 403,
      message: /manage:invoices/,
    })

    await app.store.revokeToken(id, Date.now())
    t.match(await caught(client.callTool({ name: 'tally_list_invoices' })), {
      code: 401,
      data: { code: 'invalid_token' },
    })
    t.same(client.mishaps, [], 'nothing but messages on standard output')
    await client.close()
    t.match(client.stderr(), /POSTERN_TOKEN/, 'says to the person what to set')
    t.notMatch(client.stderr(), token)
  })

  t.test(`${generation.name}: carries the product’s header pair`, async t => {
    const { url, product } = await build(t)
    const { email, token } = product.credentials.pair('viewer')
    const env = { EMAIL: email, TOKEN: token }
    const client = await generation.connect(t, bridge(t, url, env, ['Email: ${EMAIL}', 'Token:${TOKEN}']))
    t.match(await client.callTool({ name: 'tally_list_workspaces' }), {
      isError: false,
      structuredContent: { data: [{ id: /^ws_/ }] },
    })
  })

  t.test(`${generation.name}: a cancelled call ends at the backend`, async t => {
    const backend = await openHangingBackend(t)
    const { url, mint, audit } = await build(t, backend.behind)
    const { token } = await mint(['read:*'])
    const client = await generation.connect(t, bridge(t, url, { POSTERN_TOKEN: token }))
    const controller = new AbortController()
    const failed = caught(client.callTool({ name: 'tally_list_invoices' }, { signal: controller.signal }))
    await backend.called
    controller.abort(new Error('changed my mind'))
    await failed
    await backend.closed
    t.equal(backend.requests, 1)
    t.match(audit(), [{ code: 'cancelled' }])
    t.ok((await client.listTools()).tools.length > 0, 'the bridge goes on')
  })

  t.test(`${generation.name}: no credential is said in words`, async t => {
    const { url } = await build(t)
    const refused = await caught(generation.connect(t, bridge(t, url, {})))
    // Held to 2026-07-28, the client says of any refusal only that the revision is not offered.
    t.match(refused, { message: generation.name.endsWith('pinned') ? /2026-07-28/ : /needs a credential/ })
  })
}

for (const generation of GENERATIONS.filter(({ version }) => version === '2026-07-28')) {
  t.test(`${generation.name}: hears through the bridge that the tools changed`, async t => {
    const { app, config, url, mint } = await build(t)
    const { token } = await mint(['*'])
    const heard = Promise.withResolvers<void>()
    const server = bridge(t, url, { POSTERN_TOKEN: token })
    const client = await generation.connect(t, server, () => heard.resolve())
    await app.reload({
      ...config,
      apis: config.apis.map(api => ({
        ...api,
        tools: { ...api.tools, include: [{ path: '/v1/invoices' }] },
      })),
    })
    await heard.promise
    t.ok((await client.listTools()).tools.every(tool => tool.name.includes('invoice')))
  })
}

t.test('a wrong token is explained on standard error, and the answer is still a message', async t => {
  const { url } = await build(t)
  const { args, env } = bridge(t, url, { POSTERN_TOKEN: 'postern_pat_wrong' })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  }
  const ended = await runChild(
    args,
    env,
    `${JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'initialize', params })}\n`,
  )
  t.equal(ended.code, 0, ended.stderr)
  t.match(JSON.parse(ended.stdout), {
    jsonrpc: '2.0',
    id: 'a',
    error: { code: 401, message: /token/, data: { code: 'invalid_token' } },
  })
  t.match(ended.stderr, /missing, wrong, expired or revoked.*POSTERN_TOKEN/)
  t.notMatch(ended.stderr, /postern_pat_wrong/)
})

t.test('a gateway that is not there, and a path that is none, are said in words', async t => {
  const { app, origin } = await build(t)
  const connect = (path: string) =>
    GENERATIONS[0].connect(t, bridge(t, `${origin}${path}`, { POSTERN_TOKEN: 'x' }))
  const lost = await caught(connect('/elsewhere'))
  t.match(lost, { message: /no MCP endpoint at|nothing at this address/i })
  await app.close()
  const gone = await caught(connect('/mcp'))
  t.match(gone, { code: 502, message: /Nothing listens at/ })
})
