import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { Authenticated, Principal } from '../../src/auth/principal.ts'
import type { Tool } from '../../src/catalogue/tool.ts'
import { PosternError } from '../../src/errors.ts'
import { createAccess } from '../../src/mcp/access.ts'
import type { ToolCall } from '../../src/mcp/call.ts'
import type { HttpDoor, Refusal } from '../../src/mcp/door.ts'
import { type EndpointOptions, registerMcpEndpoint } from '../../src/mcp/endpoint.ts'
import { ResourceChanges } from '../../src/mcp/resources/resource-changes.ts'
import type { ToolResult } from '../../src/mcp/tool-result.ts'
import { ToolsChanged } from '../../src/mcp/tools-changed.ts'

/** A door with a few tools behind it, and what it saw. */
export interface FakeDoor extends HttpDoor {
  readonly calls: ToolCall[]
  readonly refusals: Refusal[]
  readonly unexpected: unknown[]
}

export const PRINCIPAL: Principal = Object.freeze({
  subject: 'ada',
  organization: undefined,
  roles: [],
  scopes: ['*'],
  scheme: 'token',
  schemeIndex: 0,
  credentialId: 'tok_ada',
  expiresAt: undefined,
  client: undefined,
  sequence: undefined,
  issuedAt: undefined,
  restsOn: [],
  audience: undefined,
})

export const CALLER: Authenticated = { principal: PRINCIPAL, forwardable: {} }

export function fakeTool(name: string, properties: Record<string, unknown> = {}): Tool {
  const inputSchema = { type: 'object', properties }
  const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }
  return {
    name,
    title: undefined,
    description: `Does ${name}.`,
    api: 'fake',
    operation: {
      operationId: name,
      method: 'GET',
      path: `/${name}`,
      tags: [],
      deprecated: false,
      pointer: `#/paths/~1${name}/get`,
    },
    tier: 'read',
    resource: name,
    scopes: [`read:${name}`],
    hints,
    when: undefined,
    inputSchema,
    definition: JSON.stringify({ name, description: `Does ${name}.`, inputSchema }),
    validate: () => [],
    repair: () => undefined,
    guardBound: () => [],
    bind: new Map(),
    plan: {
      method: 'GET',
      baseUrl: 'http://127.0.0.1:1',
      path: [`/${name}`],
      query: [],
      headers: [],
      cookies: [],
      body: undefined,
      accept: 'application/json',
    },
    isSensitive: () => false,
  }
}

const TOOLS = [
  fakeTool('echo', { text: { type: 'string' } }),
  fakeTool('structured'),
  fakeTool('picture'),
  fakeTool('hidden'),
  fakeTool('crash'),
  fakeTool('hang'),
]

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** What the fake tools yield. `hang` waits for the signal, `hidden` is refused, `crash` throws what it should not. */
async function callTool(call: ToolCall): Promise<ToolResult> {
  switch (call.name) {
    case 'echo':
      return text(JSON.stringify(call.arguments))
    case 'structured':
      return { ...text('{\n"a": 1}'), structured: '{\n"a": 1}' }
    case 'picture':
      return {
        content: [
          { type: 'text', text: 'A "pixel"\u2028' },
          { type: 'image', data: PIXEL, mimeType: 'image/png' },
          { type: 'resource', resource: { uri: 'urn:x', mimeType: 'application/pdf', blob: PIXEL } },
        ],
        structured: undefined,
        isError: true,
      }
    case 'hidden':
      throw new PosternError('insufficient_scope', {
        data: { scope: 'read:hidden' },
        headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="read:hidden"' },
      })
    case 'crash':
      throw new TypeError('secret internals')
    case 'hang':
      await new Promise<void>(resolve => call.signal.addEventListener('abort', resolve))
      return text('too late')
    default:
      throw new PosternError('unknown_tool')
  }
}

function text(value: string): ToolResult {
  return { content: [{ type: 'text', text: value }], structured: undefined, isError: false }
}

/** A door on /mcp that takes `Authorization: Bearer good`. */
export function fakeDoor(overrides: Partial<HttpDoor> = {}): FakeDoor {
  const tools = overrides.server?.tools ?? TOOLS
  const calls: ToolCall[] = []
  const refusals: Refusal[] = []
  const unexpected: unknown[] = []
  return {
    calls,
    refusals,
    unexpected,
    server: { path: '/mcp', tools, byName: new Map(tools.map(tool => [tool.name, tool])) },
    info: { name: 'fake', title: 'Fake "Door"', version: '1.2.3' },
    instructions: 'Ask echo first.',
    listTtl: 300_000,
    listIsPublic: false,
    visibleTools: () => tools.filter(tool => tool.name !== 'hidden'),
    visibleResources: () => [],
    visiblePrompts: () => [],
    callTool: call => {
      calls.push(call)
      return callTool(call)
    },
    toolsChanged: new ToolsChanged(),
    resourceChanges: new ResourceChanges(),
    onUnexpected: error => unexpected.push(error),
    access: createAccess({
      publicUrl: 'https://mcp.acme.com',
      listenHost: '127.0.0.1',
      allowedHosts: undefined,
      allowedOrigins: undefined,
    }),
    requestLimit: 64 * 1024,
    authenticate: ({ headers }) => {
      if (headers.authorization === 'Bearer good') return CALLER
      throw new PosternError(headers.authorization === undefined ? 'missing_token' : 'invalid_token')
    },
    challenge: (error): Record<string, string> =>
      error.status === 401 ? { 'www-authenticate': 'Bearer realm="fake"' } : {},
    onRefused: refusal => refusals.push(refusal),
    ...overrides,
  }
}

/** The door behind a listening server, closed at the end of the test. */
export async function openDoor(
  t: Test,
  overrides: Partial<HttpDoor> = {},
  options: EndpointOptions = {},
): Promise<{ door: FakeDoor; url: string; app: FastifyInstance }> {
  const door = fakeDoor(overrides)
  const app = Fastify()
  registerMcpEndpoint(app, door, options)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  return { door, url: `${origin}/mcp`, app }
}

export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '9' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** What a test looks at in an answer. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers whose shape they assert
  readonly json: any
}

/** Posts a body with the headers of a good client; `undefined` leaves a header out. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Reply> {
  const all = new Headers({
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: 'Bearer good',
  })
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) all.delete(name)
    else all.set(name, value)
  }
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const response = await fetch(url, { method: 'POST', headers: all, body: raw })
  const received = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return {
    status: response.status,
    headers: response.headers,
    text: received,
    json: isJson && received !== '' ? JSON.parse(received) : undefined,
  }
}

/** Posts a modern request with the headers that belong to it. */
export function postModern(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string | undefined> = {},
): Promise<Reply> {
  return post(
    url,
    { jsonrpc: '2.0', id: 1, method, params: { _meta: META, ...params } },
    {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
      ...headers,
    },
  )
}
