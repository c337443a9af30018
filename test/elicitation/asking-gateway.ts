/** A gateway in front of a backend that counts what reaches it, with tools whose users are asked first. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import type { Test } from 'tap'
import { type App, type AppOptions, createApp } from '../../src/app.ts'
import type { AuditRecord } from '../../src/audit/record.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/log.ts'
import type { RpcAnswer } from '../build.ts'

const ID = { in: 'path', name: 'id', required: true, schema: { type: 'string' } }
const TEXT = { 200: { description: 'Done', content: { 'text/plain': { schema: { type: 'string' } } } } }

/** The backend's document. */
export const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/things/{id}': {
      delete: {
        operationId: 'deleteThing',
        summary: 'Delete a thing',
        parameters: [
          ID,
          { in: 'query', name: 'reason', schema: { type: 'string' } },
          { in: 'query', name: 'api_key', schema: { type: 'string' } },
        ],
        responses: TEXT,
      },
      put: {
        operationId: 'renameThing',
        summary: 'Rename a thing',
        parameters: [
          ID,
          { in: 'query', name: 'name', required: true, schema: { type: 'string', minLength: 2 } },
          { in: 'query', name: 'color', schema: { type: 'string', enum: ['red', 'blue'] } },
        ],
        responses: TEXT,
      },
    },
    '/things/{id}/archive': {
      post: { operationId: 'archiveThing', parameters: [ID], responses: TEXT },
    },
    '/things/{id}/label': {
      post: {
        operationId: 'labelThing',
        parameters: [ID, { in: 'query', name: 'label', required: true, schema: { type: 'string' } }],
        responses: TEXT,
      },
    },
  },
}

/** What differs from the gateway that is built otherwise. */
export interface AskingOptions {
  /** YAML of `tools.rules`, an item a line. */
  readonly rules?: string
  /** YAML besides, whole keys. */
  readonly more?: string
  /** YAML of `servers`. */
  readonly servers?: string
  readonly store?: string
  readonly now?: () => number
  readonly document?: object
}

export const RULES = `
        - match: { operation: deleteThing }
          confirm: true
        - match: { operation: archiveThing }
          confirm: { message: 'Archive {id}?', without: call }
        - match: { operation: renameThing }
          ask: [{ message: 'A name for {id}, please.', arguments: [name, color] }]
        - match: { operation: labelThing }
          confirm: { message: 'Put {label} on {id}?' }
          ask: [{ name: which, message: 'Which label?', arguments: [label] }]`

/** The gateway and its backend. */
export interface AskingGateway {
  readonly app: App
  /** The first endpoint. */
  readonly url: string
  readonly origin: string
  /** Method and path of all that reached the backend. */
  readonly reached: string[]
  /** Takes another configuration, as after a change of the file. */
  readonly reload: (options: AskingOptions) => Promise<void>
  readonly mint: (subject?: string, organization?: string) => Promise<string>
  readonly audit: () => AuditRecord[]
  readonly directory: string
}

/** Starts both; they are closed with the test. */
export async function askingGateway(t: Test, options: AskingOptions = {}): Promise<AskingGateway> {
  const reached: string[] = []
  const backend = Fastify()
  backend.all('/*', (request, reply) => {
    if (request.url === '/openapi.json') return reply.send(options.document ?? DOCUMENT)
    reached.push(`${request.method} ${request.url}`)
    return reply.type('text/plain').send('done')
  })
  const upstream = await backend.listen({ host: '127.0.0.1', port: 0 })
  const directory = mkdtempSync(join(tmpdir(), 'postern-asking-'))
  t.teardown(async () => {
    await backend.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const instance = await askingInstance(t, { ...options, upstream, directory })
  return { ...instance, reached, directory }
}

/** One more instance in front of the same backend, with the same store where that is a file. */
export async function askingInstance(
  t: Test,
  options: AskingOptions & { readonly upstream: string; readonly directory: string },
): Promise<Omit<AskingGateway, 'reached'>> {
  const { directory, upstream, now } = options
  instances += 1
  const file = join(directory, `postern-${instances}.yaml`)
  const records: AuditRecord[] = []
  const load = (given: AskingOptions) => {
    writeFileSync(file, configurationOf(upstream, given))
    return loadConfig(file, { env: {} })
  }
  const config = load(options)
  const appOptions: AppOptions = { version: '0.0.0-test', log: createLog('silent'), ...(now && { now }) }
  const app = await createApp(config, appOptions)
  const { audit } = app
  const write = audit.write.bind(audit)
  audit.write = record => {
    records.push(record)
    write(record)
  }
  const origin = await app.listen()
  t.teardown(() => app.close())
  return {
    app,
    origin,
    url: `${origin}/mcp`,
    directory,
    reload: given => app.reload(load({ ...options, ...given })),
    audit: () => records,
    async mint(subject = 'ann', organization) {
      const identity = {
        prefix: 'postern_pat_',
        name: 'test',
        subject,
        organization,
        roles: [],
        scopes: ['*'],
      }
      const { token, record } = mintToken(identity, Date.now())
      await app.store.createToken(record)
      return token
    },
  }
}

let instances = 0

function configurationOf(upstream: string, options: AskingOptions): string {
  return `name: things
listen: { host: 127.0.0.1, port: 0 }
store: ${options.store ?? '{ type: memory }'}
audit: { to: 'off' }
apis:
  - name: things
    openapi: ${upstream}/openapi.json
    upstream: ${upstream}
    tools:
      prefix: ''
      rules:${options.rules ?? RULES}
servers: ${options.servers ?? '[{ path: /mcp }, { path: /other }]'}
auth: [{ type: token, prefix: postern_pat_ }]
${options.more ?? ''}
`
}

/** Sends one request of 2026-07-28, by a client that can ask its user unless said otherwise. */
export async function callModern(
  url: string,
  token: string,
  params: Record<string, unknown>,
  capabilities: object = { elicitation: {} },
): Promise<RpcAnswer> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': String(params.name),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta } }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
