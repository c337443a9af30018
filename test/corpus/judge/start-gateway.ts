import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createLog } from '../../../src/log.ts'

/** A gateway in front of one document, and how to talk to it. */
export interface Gateway {
  readonly app: App
  /** Sends one JSON-RPC message over HTTP, to the endpoint for any client unless said otherwise. */
  readonly send: (method: string, params: object, path?: '/mcp' | '/full') => Promise<McpAnswer>
  readonly close: () => Promise<void>
}

/** What came back: an HTTP status and a JSON-RPC message. */
export interface McpAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: read into by the tests
  readonly body: any
}

/** Starts Postern on loopback with one API, as a configuration file would, open to anonymous callers. */
export async function startGateway(api: object): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-corpus-'))
  const file = join(directory, 'postern.json')
  const config = {
    name: 'corpus',
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'memory' },
    apis: [
      { name: 'api', credentials: { type: 'static', value: 'Bearer corpus' }, tools: { prefix: '' }, ...api },
    ],
    servers: [
      { path: '/mcp', profile: 'default' },
      { path: '/full', profile: 'full' },
    ],
    auth: [{ type: 'anonymous', scopes: ['*'] }],
    audit: { to: 'off' },
  }
  writeFileSync(file, JSON.stringify(config))
  const app = await createApp(loadConfig(file, { env: {} }), { version: '0', log: createLog('silent') })
  const origin = await app.listen()
  return {
    app,
    send: (method, params, path = '/mcp') => post(origin + path, { jsonrpc: '2.0', id: 1, method, params }),
    async close() {
      await app.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function post(url: string, message: object): Promise<McpAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify(message),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
