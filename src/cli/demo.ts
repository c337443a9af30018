import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Command } from 'commander'
import { mintToken } from '../auth/mint-token.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { clientSnippets } from '../console/client-snippets.ts'
import { createDemoBackend, type DemoBackend } from '../demo/backend.ts'
import { createLog } from '../log.ts'
import { type RunningServer, startServer } from '../server.ts'
import { packageVersion } from './package-version.ts'

interface DemoOptions {
  readonly once?: boolean
  readonly port: string
  readonly data?: string
}

const CONFIG = fileURLToPath(new URL('../../config/invoicing.yaml', import.meta.url))
const BIN = fileURLToPath(new URL('../../bin/postern.js', import.meta.url))
const SCOPES = ['write:invoices', 'read:*']

/** `postern demo`: a sample product, the gateway in front of it, a token, a first call, and what to paste. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('sample backend, gateway, token and a first call, on the embedded store')
    .option('--once', 'exit after the first call')
    .option('-p, --port <n>', 'port of the gateway; 0 takes a free one', '0')
    .option(
      '--data <directory>',
      'keeps the databases here; default: a temporary directory, removed at the end',
    )
    .action(runDemo)
}

async function runDemo(options: DemoOptions): Promise<void> {
  const directory =
    options.data === undefined ? mkdtempSync(join(tmpdir(), 'postern-demo-')) : resolve(options.data)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const backend = createDemoBackend({ path: join(directory, 'product.db'), seed: true })
  try {
    const backendUrl = await backend.listen({ host: '127.0.0.1', port: 0 })
    say(`1. The product: an invoicing REST API at ${backendUrl}, described by openapi/invoicing.yaml`)
    const config = demoConfig(backend, { backendUrl, directory, port: Number(options.port) })
    const running = await startServer(config, { version: packageVersion(), log: createLog('warn') })
    say(
      `2. The gateway: ${running.url}/mcp (${running.app.catalogue.tools.length} tools), audit in ${directory}`,
    )
    await serveDemo(running, backend, options.once ?? false)
  } finally {
    await backend.close()
    if (options.data === undefined) rmSync(directory, { recursive: true, force: true })
  }
}

async function serveDemo(
  { app, url, stopped }: RunningServer,
  backend: DemoBackend,
  once: boolean,
): Promise<void> {
  try {
    const token = await mint(app.store, app.config)
    say(`3. A token with the scopes ${SCOPES.join(' and ')}, shown once:\n\n   ${token}\n`)
    await firstCall(`${url}/mcp`, token)
    if (once) return
    printSnippets(app.config.name, `${url}/mcp`, token, backend)
    say('Running until you press Ctrl-C.')
    await stopped
  } finally {
    await app.close()
  }
}

/** The example configuration, with the addresses of this run. */
function demoConfig(
  backend: DemoBackend,
  { backendUrl, directory, port }: { backendUrl: string; directory: string; port: number },
): Config {
  const serviceToken = backend.credentials.pat(['*'])
  const config = loadConfig(CONFIG, {
    env: { INVOICING_URL: backendUrl, INVOICING_SERVICE_TOKEN: serviceToken },
  })
  return {
    ...config,
    listen: { host: '127.0.0.1', port },
    publicUrl: undefined,
    store: { type: 'sqlite', path: join(directory, 'postern.db') },
    audit: { to: 'file', path: join(directory, 'audit.log') },
  }
}

async function mint(store: RunningServer['app']['store'], config: Config): Promise<string> {
  const scheme = config.auth.find(candidate => candidate.type === 'token')
  if (scheme?.type !== 'token') throw new Error('the example configuration has no token scheme')
  const { token, record } = mintToken(
    { prefix: scheme.prefix, name: 'demo', subject: 'demo', roles: ['accountant'], scopes: SCOPES },
    Date.now(),
  )
  await store.createToken(record)
  return token
}

/** Lists the tools and calls one, as any client would. */
async function firstCall(url: string, token: string): Promise<void> {
  const client = new Client(
    { name: 'postern-demo', version: packageVersion() },
    { versionNegotiation: { mode: 'auto' } },
  )
  const headers = { authorization: `Bearer ${token}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  try {
    const { tools } = await client.listTools()
    say(`4. A first call through the official MCP client. It sees ${tools.length} tools:`)
    say(`   ${tools.map(tool => tool.name).join(', ')}\n`)
    const result = await client.callTool({ name: 'tally_list_invoices', arguments: { limit: 2 } })
    if (result.isError) throw new Error(`the first call failed: ${JSON.stringify(result.content)}`)
    say('   tally_list_invoices {"limit": 2} answered:')
    say(indent(JSON.stringify(result.structuredContent, null, 2)))
  } finally {
    await client.close()
  }
}

function printSnippets(name: string, url: string, token: string, backend: DemoBackend): void {
  const bridgeCommand = { command: process.execPath, args: [BIN, 'bridge', url] }
  say('\n5. Connect your client. Paste one of these:\n')
  for (const snippet of clientSnippets({ name, url, credential: { kind: 'bearer', token }, bridgeCommand })) {
    say(`── ${snippet.title}: ${snippet.where}\n`)
    say(`${indent(snippet.text.trimEnd())}\n`)
    if (snippet.note !== undefined) say(`   ${snippet.note}\n`)
  }
  const pair = backend.credentials.pair()
  say('The same gateway takes the product’s own credentials too, as headers:\n')
  say(`   Email: ${pair.email}\n   Token: ${pair.token}\n`)
}

function indent(text: string): string {
  return text.replace(/^/gm, '   ')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
