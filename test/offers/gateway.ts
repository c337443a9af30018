/**
 * A gateway with prompts and resources in front of a small backend that notes what it is asked. Everything listens on
 * loopback and is closed with the test.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import type { Test } from 'tap'
import { type App, createApp } from '../../src/app.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/log.ts'

export interface Gateway {
  readonly app: App
  readonly url: string
  readonly directory: string
  /** Method and raw URL of every request that reached the backend. */
  readonly asked: string[]
  /** A token of Postern's. */
  readonly mint: (scopes: readonly string[], more?: Person) => Promise<string>
  readonly audit: () => Record<string, unknown>[]
  /** Puts another configuration in force; what is not said stays. */
  readonly reload: (parts: Parts) => Promise<void>
}

/** Who a token is for; default: somebody of acme. */
export interface Person {
  readonly subject?: string
  readonly organization?: string
}

/** Parts of the configuration that tests change. */
export interface Parts {
  /** YAML of `rules`, indented by nothing. */
  readonly rules?: string
  /** YAML of everything below `prompts:`. */
  readonly prompts?: string
  /** YAML of further top-level keys. */
  readonly more?: string
}

const RULES = `
- { match: { operation: getHandbook }, expose: resource }
- { match: { operation: getInvoice }, expose: [tool, resource] }
- { match: { operation: listInvoices }, expose: [tool, resource] }
- { match: { operation: getReport }, expose: resource }
- { match: { operation: getFile }, expose: resource, uri: 'acme://files/{name}' }
- { match: { operation: getPlan }, expose: resource, scope: 'read:plans' }
- { match: { operation: getOrgInvoice }, expose: resource, bind: { org: principal.organization } }
`.trim()

const ok = (content: object) => ({ responses: { 200: { description: 'OK', content } } })
const json = { 'application/json': { schema: { type: 'object', properties: { items: { type: 'array' } } } } }
const path = (name: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'path',
  required: true,
  schema,
})
const query = (name: string, schema: object, required = false) => ({ name, in: 'query', required, schema })

export const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Billing', version: '1' },
  servers: [{ url: '/' }],
  paths: {
    '/v1/handbook': {
      get: {
        operationId: 'getHandbook',
        summary: 'How billing works',
        tags: ['docs'],
        ...ok({ 'text/markdown': {} }),
      },
    },
    '/v1/invoices': {
      get: { operationId: 'listInvoices', tags: ['invoices'], ...ok(json) },
      post: { operationId: 'createInvoice', tags: ['invoices'], ...ok(json) },
    },
    '/v1/invoices/export': { get: { operationId: 'exportInvoices', tags: ['exports'], ...ok(json) } },
    '/v1/invoices/{id}': {
      parameters: [path('id')],
      get: { operationId: 'getInvoice', tags: ['invoices'], ...ok(json) },
      put: { operationId: 'updateInvoice', tags: ['invoices'], ...ok(json) },
    },
    '/v1/reports': {
      get: {
        operationId: 'getReport',
        tags: ['reports'],
        parameters: [
          query('year', { type: 'integer', minimum: 2000 }, true),
          query('format', { type: 'string', enum: ['short', 'long'] }),
          query('tags', { type: 'array', items: { type: 'string' } }),
          query('filter', { type: 'object' }),
        ],
        ...ok(json),
      },
    },
    '/v1/files/{name}': {
      get: {
        operationId: 'getFile',
        tags: ['files'],
        parameters: [path('name')],
        ...ok({ 'image/png': {} }),
      },
    },
    '/v1/plan': { get: { operationId: 'getPlan', tags: ['plans'], ...ok({ 'text/plain': {} }) } },
    '/v1/orgs/{org}/invoices/{id}': {
      get: {
        operationId: 'getOrgInvoice',
        tags: ['invoices'],
        parameters: [path('org'), path('id', { type: 'string', maxLength: 20 })],
        ...ok(json),
      },
    },
  },
}

export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)

/** Starts backend and gateway. */
export async function gateway(t: Test, parts: Parts = {}): Promise<Gateway> {
  const asked: string[] = []
  const backend = backendOf(asked)
  const upstream = await backend.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => backend.close())
  const directory = t.testdir({ 'billing.json': JSON.stringify(DOCUMENT), 'pixel.png': PIXEL })
  const file = join(directory, 'postern.yaml')
  const load = (own: Parts) => {
    writeFileSync(file, configuration(upstream, own))
    return loadConfig(file, { env: {} })
  }
  const app = await createApp(load(parts), { version: '0', log: createLog('silent') })
  const origin = await app.listen()
  t.teardown(() => app.close())
  return {
    app,
    url: `${origin}/mcp`,
    directory,
    asked,
    async mint(scopes, { subject = 'ada', organization }: Person = { organization: 'acme' }) {
      const { token, record } = mintToken(
        { prefix: 'acme_pat_', name: 'test', subject, organization, roles: [], scopes },
        Date.now(),
      )
      await app.store.createToken(record)
      return token
    },
    audit() {
      app.audit.flush()
      const lines = readFileSync(join(directory, 'audit.log'), 'utf8').trim().split('\n')
      return lines.filter(line => line !== '').map(line => JSON.parse(line))
    },
    reload: own => app.reload(load({ ...parts, ...own })),
  }
}

function configuration(upstream: string, { rules = RULES, prompts = '[]', more = '' }: Parts): string {
  const indented = (text: string, by: number) => text.replaceAll(/^/gm, ' '.repeat(by))
  return `name: acme
listen: { host: 127.0.0.1, port: 0 }
store: { type: memory }
audit: { to: file, path: ./audit.log }
apis:
  - name: billing
    openapi: billing.json
    upstream: ${upstream}
    tools:
      prefix: ''
      rules:
${indented(rules, 8)}
prompts:
${indented(prompts.trim(), 2)}
auth: [{ type: token }]
${more}
`
}

function backendOf(asked: string[]) {
  const app = Fastify()
  app.addHook('onRequest', async request => {
    asked.push(`${request.method} ${request.url}`)
  })
  app.get('/v1/handbook', (_, reply) =>
    reply.type('text/markdown; charset=utf-8').send('# How billing works'),
  )
  app.get('/v1/invoices', async () => ({ items: [{ id: 'inv_1' }, { id: 'inv_2' }, { id: 'other_3' }] }))
  app.get('/v1/invoices/export', async () => ({ everything: true }))
  app.get<{ Params: { id: string } }>('/v1/invoices/:id', async ({ params: { id } }, reply) => {
    if (id === 'gone') return reply.code(404).send({ message: 'no such invoice' })
    if (id === 'broken') return reply.code(500).send({ message: 'it fell over' })
    if (id === 'empty') return reply.code(200).send()
    return { id }
  })
  app.put<{ Params: { id: string } }>('/v1/invoices/:id', async ({ params: { id } }) => ({ id }))
  app.post('/v1/invoices', async () => ({ id: 'inv_9' }))
  app.get('/v1/reports', async ({ query }) => ({ query }))
  app.get('/v1/files/:name', (_, reply) => reply.type('image/png').send(PIXEL))
  app.get('/v1/plan', (_, reply) => reply.type('text/plain').send('The plan.'))
  app.get('/v1/orgs/:org/invoices/:id', async ({ params }) => ({ ...(params as object) }))
  return app
}

/** One message of the 2025-11-25 era. */
export function legacy(url: string, token: string, method: string, params: object = {}): Promise<Answer> {
  return send(url, token, { method, params }, { 'mcp-protocol-version': '2025-11-25' })
}

/** One message of 2026-07-28, with the headers that it asks for. */
export function modern(
  url: string,
  token: string,
  method: string,
  params: Record<string, unknown> = {},
  capabilities: object = {},
): Promise<Answer> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  const named = params.name ?? params.uri
  return send(
    url,
    token,
    { method, params: { ...params, _meta } },
    {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof named === 'string' && { 'mcp-name': named }),
    },
  )
}

/** Both ways to ask, for tests that hold in both eras. */
export const ERAS = [
  ['2025-11-25', legacy],
  ['2026-07-28', modern],
] as const

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
}

async function send(
  url: string,
  token: string,
  message: object,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  })
  return { status: response.status, body: await response.json() }
}
