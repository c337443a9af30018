/** mcp-remote and the Inspector’s command line connect by OAuth through the pages, with nothing but the URL. */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { clientsGateway } from './oauth-gateway.ts'
import { runChild, runCommand, seclude } from './run-child.ts'

const module = (path: string) => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url))
const MCP_REMOTE = module('mcp-remote/dist/proxy.js')
const INSPECTOR = module('@modelcontextprotocol/inspector/clients/launcher/build/index.js')

const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`
const INITIALIZE = line({
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})
const CALL = line({
  id: 2,
  method: 'tools/call',
  params: { name: 'acme_list_invoices', arguments: { limit: 2 } },
})

t.test('mcp-remote signs in, and calls a tool as the person', async t => {
  const gateway = await clientsGateway(t)
  const seclusion = seclude(t)
  const seat = await gateway.seat(t, seclusion)
  const talk = () =>
    runCommand(process.execPath, [MCP_REMOTE, gateway.url, '--allow-http'], {
      env: { ...seclusion.env, MCP_REMOTE_CONFIG_DIR: seclusion.directory },
      input: stdin => stdin.write(INITIALIZE),
      onOutput(text, stdin) {
        if (text.includes('"id":2')) stdin.end()
        else if (text.includes('"id":1')) stdin.write(line({ method: 'notifications/initialized' }) + CALL)
      },
    })
  const first = await talk()
  await seat.done()
  t.match(seat.driven, [{ titles: [/Sign in/, /Allow MCP CLI Proxy/] }])
  const answer = (text: string) =>
    JSON.parse(text.split('\n').find(found => found.includes('"id":2')) ?? '{}')
  t.match(answer(first.stdout), { result: { isError: false, structuredContent: { data: [{}, {}] } } })
  t.match(answer((await talk()).stdout), { result: { isError: false } }, 'with the token that it has kept')
  t.equal(seat.urls.length, 1, 'nobody signed in twice')
})

t.test('the Inspector signs in, and lists what was allowed', async t => {
  const gateway = await clientsGateway(t)
  const seclusion = seclude(t)
  const seat = await gateway.seat(t, seclusion, { unticked: ['write:*', 'manage:*'] })
  const args = ['--cli', gateway.url, '--transport', 'http', '--method', 'tools/list', '--format', 'json']
  const ended = await runChild([INSPECTOR, ...args, '--callback-url', 'http://127.0.0.1:0/oauth/callback'], {
    ...seclusion.env,
    MCP_AUTO_OPEN_ENABLED: 'true',
    MCP_INSPECTOR_SECRET_STORE: 'memory',
  })
  await seat.done()
  t.equal(ended.code, 0, ended.stderr)
  t.match(seat.driven, [{ titles: [/Sign in/, /Allow MCP Inspector/] }])
  const { tools } = JSON.parse(ended.stdout).result as { tools: { name: string }[] }
  t.ok(tools.some(({ name }) => name === 'acme_list_invoices'))
  t.notOk(tools.some(({ name }) => name === 'acme_create_invoice'))
})
