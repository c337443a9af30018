/** mcp-remote between a client on standard input and output and a whole gateway, in both of its protocols. */
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { runChild, type Seclusion, seclude } from './run-child.ts'
import { GENERATIONS, type ServerProcess } from './stdio-clients.ts'

const MCP_REMOTE = fileURLToPath(new URL('../../node_modules/mcp-remote/dist/proxy.js', import.meta.url))

/** mcp-remote in a home of its own; `${…}` in a header is read by mcp-remote itself, from `env`. */
function mcpRemote(
  t: Test,
  url: string,
  headers: readonly string[],
  env: Record<string, string>,
  more: readonly string[] = [],
): ServerProcess & Pick<Seclusion, 'hasOpenedBrowser'> {
  const seclusion = seclude(t)
  return {
    hasOpenedBrowser: seclusion.hasOpenedBrowser,
    args: [MCP_REMOTE, url, '--allow-http', ...headers.flatMap(header => ['--header', header]), ...more],
    env: { ...seclusion.env, MCP_REMOTE_CONFIG_DIR: seclusion.directory, ...env },
  }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: what people write, so that no secret is an argument
const BEARER = 'Authorization:${AUTH}'

for (const generation of GENERATIONS.filter(({ version }) => version === '2025-11-25')) {
  for (const protocol of ['legacy', 'auto']) {
    t.test(`${generation.name}, --protocol ${protocol}: lists and calls`, async t => {
      const { url, mint, audit } = await build(t)
      const { token } = await mint(['read:invoices'])
      const server = mcpRemote(t, url, [BEARER], { AUTH: `Bearer ${token}` }, ['--protocol', protocol])
      const client = await generation.connect(t, server)
      t.match(client.serverVersion(), { name: 'tally' })
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
      t.match(audit(), [{ outcome: 'ok' }, { code: 'invalid_arguments' }])
      t.same(client.mishaps, [])
      t.notOk(server.hasOpenedBrowser())
    })
  }
}

t.test('carries the product’s header pair', async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const [{ connect }] = GENERATIONS
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
  const headers = ['Email:${EMAIL}', 'Token:${TOKEN}']
  const client = await connect(t, mcpRemote(t, url, headers, { EMAIL: email, TOKEN: token }))
  t.match(await client.callTool({ name: 'tally_list_workspaces' }), { isError: false })
})

t.test('a wrong token ends it with words, and without a browser', async t => {
  const { url } = await build(t)
  const { args, env, hasOpenedBrowser } = mcpRemote(t, url, [BEARER], { AUTH: 'Bearer postern_pat_wrong' })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  }
  const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  const ended = await runChild(args, env, `${message}\n`)
  t.not(ended.code, 0)
  t.notMatch(ended.stdout, /"result"/)
  t.match(ended.stderr, /401|invalid_token|[Aa]uth/)
  t.notOk(hasOpenedBrowser())
})
