/**
 * A gateway in a process of its own, as `postern serve` starts it, in front of a backend whose answers the test
 * holds back. For what only a process can show: signals, exit codes, standard output.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { mintToken } from '../src/auth/mint-token.ts'
import { openStore } from '../src/store/open-store.ts'

export const BIN = fileURLToPath(new URL('../bin/postern.js', import.meta.url))

/** A backend with `GET /fast`, and `GET /slow` that waits. */
export interface SlowBackend {
  readonly url: string
  /** Resolves when so many requests to /slow have arrived in all. */
  readonly arrived: (count: number) => Promise<void>
  /** Answers all of them. */
  readonly release: () => void
  readonly seen: IncomingHttpHeaders[]
}

export async function slowBackend(t: Test): Promise<SlowBackend> {
  const waiting: (() => void)[] = []
  const seen: IncomingHttpHeaders[] = []
  let count = 0
  const server = createServer((request, response) => {
    seen.push(request.headers)
    const answer = () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ path: request.url }))
    }
    if (!request.url?.startsWith('/slow')) return answer()
    count += 1
    waiting.push(answer)
    server.emit('slow')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async arrived(wanted) {
      while (count < wanted) await once(server, 'slow')
    },
    release: () => {
      for (const answer of waiting.splice(0)) answer()
    },
    seen,
  }
}

/** An OpenAPI document with one GET operation per path. */
export function documentOf(paths: readonly string[]): object {
  const operation = (path: string) => ({
    get: {
      operationId: `get${path.replace(/\W/g, '_')}`,
      responses: {
        200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  })
  return {
    openapi: '3.1.0',
    info: { title: 'slow', version: '1' },
    paths: Object.fromEntries(paths.map(path => [path, operation(path)])),
  }
}

/** A configuration and its document in a directory, and a token that may do everything. */
export interface Prepared {
  readonly directory: string
  readonly file: string
  readonly token: string
  /** Writes the configuration anew, with members replaced. */
  readonly configure: (changes?: object) => void
  readonly describe: (paths: readonly string[]) => void
}

export async function prepare(t: Test, backendUrl: string, changes: object = {}): Promise<Prepared> {
  const directory = t.testdir()
  const file = join(directory, 'postern.yaml')
  const document = join(directory, 'openapi.json')
  const store = { type: 'sqlite' as const, path: join(directory, 'postern.db') }
  const base = {
    name: 'slow',
    listen: { host: '127.0.0.1', port: 0 },
    store,
    apis: [{ name: 'slow', openapi: './openapi.json', upstream: backendUrl }],
    auth: [{ type: 'token' }],
    audit: { to: 'file', path: './audit.log' },
    ...changes,
  }
  const describe = (paths: readonly string[]) => writeFileSync(document, JSON.stringify(documentOf(paths)))
  const configure = (more: object = {}) => writeFileSync(file, stringify({ ...base, ...more }))
  configure()
  describe(['/fast', '/slow'])
  const opened = await openStore({ store, directory })
  const { token, record } = mintToken(
    { prefix: 'slow_pat_', name: 'test', subject: 'tester', roles: [], scopes: ['*'] },
    Date.now(),
  )
  await opened.createToken(record)
  await opened.close()
  return { directory, file, token, configure, describe }
}

/** A running `postern serve`. */
export interface ServeChild {
  readonly child: ChildProcess
  readonly origin: string
  /** Resolves with the first line of the log, from now or before, whose message is this. */
  readonly logged: (message: string) => Promise<Record<string, unknown>>
  /** All that came on standard output so far. */
  readonly output: () => string
  /** All that came on standard error so far. */
  readonly errors: () => string
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export async function serveChild(t: Test, file: string): Promise<ServeChild> {
  const child = spawn(process.execPath, [BIN, '--config', file, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line)
    child.emit('logged')
  })
  const find = (message: string) =>
    lines
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
      .find(line => line.msg === message)
  async function logged(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = find(message)
      if (line !== undefined) return line
      const next = await Promise.race([once(child, 'logged').then(() => undefined), exited])
      if (next !== undefined && find(message) === undefined) {
        throw new Error(`ended before "${message}":\n${lines.join('\n')}`)
      }
    }
  }
  const { url } = await logged('listening')
  return {
    child,
    origin: String(url),
    logged,
    output: () => output,
    errors: () => lines.join('\n'),
    exited,
  }
}

/** Sends `subscriptions/listen` of the 2026-07-28 era for changes of the tools. */
export function openStream({ origin }: ServeChild, token: string): Promise<Response> {
  const method = 'subscriptions/listen'
  return fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method,
      params: {
        notifications: { toolsListChanged: true },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  })
}
