import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, type RequestListener, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type App, createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/log.ts'
import { startBackend } from '../upstream/fixtures/backend.ts'

export const ERAS = ['2025-11-25', '2026-07-28'] as const
export type Era = (typeof ERAS)[number]

/** The credential with which the gateway calls the backend. */
export const SECRET = 'svc_0123456789abcdef'

const OPERATIONS = { stream: 'text/event-stream', lines: 'application/json' }
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Streams', version: '1' },
  paths: Object.fromEntries(
    Object.entries(OPERATIONS).map(([operationId, type]) => [
      `/${operationId}`,
      { get: { operationId, responses: { 200: { description: 'ok', content: { [type]: {} } } } } },
    ]),
  ),
}

/** A gateway that anybody may call, with the tools `stream` and `lines`, in front of a backend that a test writes. */
export async function openGateway(
  t: Test,
  listener: RequestListener,
  api = 'tools: { prefix: "" }',
  server = 'expose: tools',
): Promise<{ app: App; url: string }> {
  const backend = await startBackend(listener)
  t.teardown(() => backend.close())
  const directory = mkdtempSync(join(tmpdir(), 'postern-progress-'))
  const file = join(directory, 'postern.yaml')
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(DOCUMENT))
  writeFileSync(
    file,
    `name: streams
listen: { host: 127.0.0.1, port: 0 }
store: { type: memory }
audit: { to: 'off' }
apis:
  - name: streams
    openapi: ./openapi.json
    upstream: ${backend.origin}
    credentials: [{ type: static, value: Bearer ${SECRET} }]
    ${api.startsWith('tools') ? api : `${api}\n    tools: { prefix: "" }`}
servers:
  - path: /mcp
    ${server}
auth:
  - { type: anonymous, scopes: ['*'] }
`,
  )
  const app = await createApp(loadConfig(file, { env: {} }), { version: '1.0.0', log: createLog('silent') })
  const origin = await app.listen()
  t.teardown(async () => {
    await app.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { app, url: `${origin}/mcp` }
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into messages whose shape they assert
type Message = any

/** An answer whose messages are read as they come, from a stream or a JSON body. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly next: () => Promise<Message>
  /** What has not been read yet, to the end. */
  readonly rest: () => Promise<Message[]>
  /** All bytes so far. */
  readonly raw: () => string
  /** Closes the connection. */
  readonly leave: () => void
}

export interface CallOptions {
  readonly tool?: string
  readonly args?: object
  readonly accept?: string
  readonly method?: string
}

/** Posts one request, `tools/call` unless something else is said; resolves at the answer's headers. */
export async function call(url: string, era: Era, meta: object, options: CallOptions = {}): Promise<Answer> {
  const { tool = 'stream', args = {}, method = 'tools/call' } = options
  const isModern = era === '2026-07-28'
  const _meta = isModern
    ? {
        'io.modelcontextprotocol/protocolVersion': era,
        'io.modelcontextprotocol/clientCapabilities': {},
        ...meta,
      }
    : meta
  const outgoing = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: options.accept ?? 'application/json, text/event-stream',
      'mcp-protocol-version': era,
      ...(isModern && { 'mcp-method': method, 'mcp-name': tool }),
    },
  })
  outgoing.end(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: tool, arguments: args, _meta } }),
  )
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  const isStream = incoming.headers['content-type'] === 'text/event-stream'
  let raw = ''
  const messages = read(incoming, isStream, text => {
    raw += text
  })
  return {
    status: incoming.statusCode,
    headers: incoming.headers,
    next: async () => (await messages.next()).value,
    rest: async () => {
      const rest: Message[] = []
      for await (const message of messages) rest.push(message)
      return rest
    },
    raw: () => raw,
    leave: () => outgoing.destroy(),
  }
}

/** The parameters of the progress notifications among messages; each must come before the response. */
export function progressIn(messages: readonly Message[]): { progress: number; message?: string }[] {
  const steps = messages.slice(0, -1)
  const strange = steps.find(({ method }) => method !== 'notifications/progress')
  if (strange !== undefined) throw new Error(`not a progress notification: ${JSON.stringify(strange)}`)
  return steps.map(({ params }) => params)
}

async function* read(
  incoming: IncomingMessage,
  isStream: boolean,
  seen: (text: string) => void,
): AsyncGenerator<Message> {
  let buffered = ''
  for await (const chunk of incoming.setEncoding('utf8')) {
    seen(chunk)
    buffered += chunk
    for (let end = buffered.indexOf('\n\n'); isStream && end !== -1; end = buffered.indexOf('\n\n')) {
      yield JSON.parse(buffered.slice(0, end).replace('event: message\ndata: ', ''))
      buffered = buffered.slice(end + 2)
    }
  }
  if (!isStream) yield JSON.parse(buffered)
}
