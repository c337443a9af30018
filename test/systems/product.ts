/**
 * What the backends of the five systems have in common: a table of routes over node:http, in memory, that signs
 * every caller in by itself, as the real product would, and writes down what it received.
 */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it arrived. */
export interface Received {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** JSON, or the text where it is none; undefined where there was no body. */
  readonly body: unknown
}

/** A request whose caller is known. */
export interface Call<Caller> extends Received {
  readonly caller: Caller
  /** What stands for `{…}` in the route's path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What is sent back: 200 and JSON unless it says otherwise. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** By `GET /invoices/{id}`. */
export type Routes<Caller> = Readonly<Record<string, (call: Call<Caller>) => Reply>>

/** Ends a request with an error; `fields` go into the body beside code and message. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly fields: object

  constructor(status: number, code: string, message: string, fields: object = {}) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/** A product that can be started. */
export interface Product {
  /** Everything that arrived, refused or not, oldest first. */
  readonly received: readonly Received[]
  /** On loopback; port 0 takes a free one. Resolves to the base URL of the API. */
  readonly listen: (port?: number) => Promise<string>
  readonly close: () => Promise<void>
}

/** What makes a product. */
export interface ProductDefinition<Caller> {
  /** Path of the base URL, `/api/v1`; default: none. */
  readonly base?: string
  /** @throws Refusal 401 where the credential is not good */
  readonly authenticate: (headers: IncomingHttpHeaders) => Caller
  readonly routes: Routes<Caller>
}

/** Builds it; nothing listens yet. */
export function createProduct<Caller>(definition: ProductDefinition<Caller>): Product {
  const { base = '' } = definition
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://product')
    const { method = 'GET', headers } = request
    const arrived = { method, path: url.pathname, query: url.searchParams, headers, body: readBody(chunks) }
    received.push(arrived)
    const { status = 200, headers: more, body } = answer(definition, base, arrived)
    const text = body === undefined ? undefined : JSON.stringify(body)
    response.writeHead(status, { ...(text !== undefined && { 'content-type': 'application/json' }), ...more })
    response.end(text)
  })
  return {
    received,
    async listen(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`
    },
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * Runs a product by hand: `node test/systems/NAME/backend.ts [port]`.
 *
 * @param hints - lines to print beneath the URL: credentials that sign in
 */
export async function runByHand(product: Product, hints: readonly string[]): Promise<void> {
  const url = await product.listen(Number(process.argv[2] ?? 4020))
  process.stdout.write(`${[url, ...hints].join('\n')}\n`)
}

function answer<Caller>(definition: ProductDefinition<Caller>, base: string, received: Received): Reply {
  try {
    const caller = definition.authenticate(received.headers)
    for (const [route, handle] of Object.entries(definition.routes)) {
      const parameters = match(route, `${received.method} ${received.path}`, base)
      if (parameters !== undefined) return handle({ ...received, caller, parameters })
    }
    throw new Refusal(404, 'not_found', 'There is no such address.')
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, code, message, fields } = error
    return { status, body: { error: { code, message, ...fields } } }
  }
}

function match(route: string, asked: string, base: string): Record<string, string> | undefined {
  const [method = '', path = ''] = route.split(' ')
  const pattern = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const found = new RegExp(`^${method} ${base}${pattern}$`).exec(asked)
  if (found === null) return undefined
  return Object.fromEntries(
    Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
}

function readBody(chunks: readonly Buffer[]): unknown {
  const text = Buffer.concat(chunks).toString()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
