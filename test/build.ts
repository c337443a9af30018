/**
 * A whole gateway in front of the demo product, listening on loopback, closed with the test. The product, the
 * store and the HTTP between them are real; only what a test names differs from `config/invoicing.yaml`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { type App, createApp } from '../src/app.ts'
import { mintToken } from '../src/auth/mint-token.ts'
import type { Config } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load.ts'
import { createDemoBackend, type DemoBackend } from '../src/demo/backend.ts'
import { createLog } from '../src/log.ts'

const CONFIG = fileURLToPath(new URL('../config/invoicing.yaml', import.meta.url))

/** A gateway that listens, and what a test needs to talk to it. */
export interface Built {
  readonly app: App
  readonly config: Config
  /** The MCP endpoint, `http://127.0.0.1:…/mcp`. */
  readonly url: string
  /** The gateway's origin. */
  readonly origin: string
  readonly product: DemoBackend
  readonly productUrl: string
  /** Mints a token of the gateway. */
  readonly mint: (scopes: readonly string[], more?: MintOptions) => Promise<{ token: string; id: string }>
  /** The audit's records so far, oldest first. */
  readonly audit: () => Record<string, unknown>[]
}

export interface MintOptions {
  readonly subject?: string
  readonly organization?: string
  readonly roles?: readonly string[]
  readonly expiresAt?: number
}

/** Starts product and gateway. `change` may return another configuration than the example's. */
export async function build(t: Test, change: (config: Config) => Config = config => config): Promise<Built> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-test-'))
  const product = createDemoBackend({ path: join(directory, 'product.db') })
  const productUrl = await product.listen({ host: '127.0.0.1', port: 0 })
  const env = { INVOICING_URL: productUrl, INVOICING_SERVICE_TOKEN: product.credentials.pat(['*']) }
  const auditFile = join(directory, 'audit.log')
  const config = change({
    ...loadConfig(CONFIG, { env }),
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'sqlite', path: join(directory, 'postern.db') },
    audit: { to: 'file', path: auditFile },
  })
  const app = await createApp(config, { version: '0.0.0-test', log: createLog('silent') })
  const origin = await app.listen()
  t.teardown(async () => {
    await app.close()
    await product.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    app,
    config,
    url: `${origin}${config.servers[0]?.path}`,
    origin,
    product,
    productUrl,
    async mint(scopes, more = {}) {
      const scheme = config.auth.find(candidate => candidate.type === 'token')
      if (scheme?.type !== 'token') throw new Error('no token scheme')
      const { token, record } = mintToken(
        {
          prefix: scheme.prefix,
          name: 'test',
          subject: more.subject ?? 'tester',
          organization: more.organization,
          roles: more.roles ?? [],
          scopes,
        },
        Date.now(),
      )
      await app.store.createToken({ ...record, expiresAt: more.expiresAt })
      return { token, id: record.id }
    },
    audit() {
      app.audit.flush()
      const lines = readFileSync(auditFile, 'utf8').trim().split('\n')
      return lines.filter(line => line !== '').map(line => JSON.parse(line))
    },
  }
}

/** What came back from one JSON-RPC message over HTTP. */
export interface RpcAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
}

/** Sends one message of the 2025-11-25 era. */
export async function rpc(
  url: string,
  credential: string | Record<string, string> | undefined,
  method: string,
  params: object = {},
): Promise<RpcAnswer> {
  return post(
    url,
    credential,
    { jsonrpc: '2.0', id: 1, method, params },
    { 'mcp-protocol-version': '2025-11-25' },
  )
}

/** Sends one message of the 2026-07-28 era, with the headers that it asks for. */
export async function modernRpc(
  url: string,
  credential: string | Record<string, string> | undefined,
  method: string,
  params: Record<string, unknown> = {},
): Promise<RpcAnswer> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const headers: Record<string, string> = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method }
  if (typeof params.name === 'string') headers['mcp-name'] = params.name
  return post(url, credential, { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }, headers)
}

async function post(
  url: string,
  credential: string | Record<string, string> | undefined,
  message: object,
  headers: Record<string, string>,
): Promise<RpcAnswer> {
  const presented = typeof credential === 'string' ? { authorization: `Bearer ${credential}` } : credential
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
      ...presented,
    },
    body: JSON.stringify(message),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** Names of the tools that a `tools/list` answer holds. */
export function toolNames(answer: RpcAnswer): string[] {
  return answer.body.result.tools.map((tool: { name: string }) => tool.name)
}
