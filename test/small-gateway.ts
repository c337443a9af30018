/**
 * A whole gateway for one product of two operations and whatever its configuration says, listening on loopback, closed
 * with the test. The product is the test's own listener, over real connections.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type App, createApp } from '../src/app.ts'
import { mintToken } from '../src/auth/mint-token.ts'
import { loadConfig } from '../src/config/load.ts'
import { createLog } from '../src/log.ts'
import type { MintOptions } from './build.ts'
import { type Backend, startBackend } from './upstream/fixtures/backend.ts'

/** A running gateway, and what a test needs to talk to it. */
export interface SmallGateway {
  readonly app: App
  readonly backend: Backend
  readonly file: string
  /** The MCP endpoint. */
  readonly url: string
  readonly origin: string
  readonly mint: (scopes: readonly string[], more?: MintOptions) => Promise<{ token: string; id: string }>
  /** The audit's records so far, oldest first. */
  readonly audit: () => Record<string, unknown>[]
  /** Lines of the log so far. */
  readonly logged: () => string
  /** Loads the file anew, with other text. */
  readonly reload: (text: string) => Promise<void>
  /** The gateway's clock; moves when the test says so. */
  readonly clock: { now: number }
}

/** `list_items`, `get_item` and `add_item`, of any answer. */
const DOCUMENT = `openapi: 3.1.0
info: { title: Items, version: '1' }
paths:
  /items:
    get: { operationId: listItems, tags: [items], responses: { '200': { description: fine } } }
    post: { operationId: addItem, tags: [items], responses: { '200': { description: fine } } }
  /items/{id}:
    get:
      operationId: getItem
      tags: [items]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: fine } }
`

/**
 * Starts product and gateway.
 *
 * @param yaml - the configuration but for `name`, `listen`, `store` and `audit`; `UPSTREAM` stands for the product
 */
export async function smallGateway(t: Test, listener: RequestListener, yaml: string): Promise<SmallGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-small-'))
  const backend = await startBackend(listener)
  const opened: { close: () => Promise<void> }[] = []
  t.teardown(async () => {
    for (const one of [...opened, backend]) await one.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const file = join(directory, 'postern.yaml')
  writeFileSync(join(directory, 'api.yaml'), DOCUMENT)
  const write = (text: string) =>
    writeFileSync(
      file,
      `name: acme\nlisten: { port: 0 }\nstore: { type: sqlite, path: ./postern.db }\naudit: { to: file, path: ./audit.log }\n${text.replaceAll('UPSTREAM', backend.origin)}`,
    )
  write(yaml)
  const clock = { now: Date.now() }
  const log: string[] = []
  const destination = { write: (line: string) => void log.push(line) }
  const app = await createApp(loadConfig(file, { env: {} }), {
    version: '0.0.0-test',
    log: createLog('info', destination),
    now: () => clock.now,
  })
  opened.push(app)
  const origin = await app.listen()
  return {
    app,
    backend,
    file,
    origin,
    url: `${origin}${app.config.servers[0]?.path}`,
    clock,
    logged: () => log.join(''),
    async mint(scopes, { subject = 'tester', organization, roles = [], expiresAt } = {}) {
      const own = {
        name: 'test',
        subject,
        roles,
        scopes,
        ...(organization !== undefined && { organization }),
      }
      const { token, record } = mintToken({ prefix: 'acme_pat_', ...own }, clock.now)
      await app.store.createToken({ ...record, expiresAt })
      return { token, id: record.id }
    },
    audit() {
      app.audit.flush()
      const lines = readFileSync(join(directory, 'audit.log'), 'utf8').trim().split('\n')
      return lines.filter(line => line !== '').map(line => JSON.parse(line))
    },
    async reload(text) {
      write(text)
      await app.reload(loadConfig(file, { env: {} }))
    },
  }
}
