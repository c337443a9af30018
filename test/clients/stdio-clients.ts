/** The official clients of both SDK generations over standard input and output, behind one face. */
import type { Stream } from 'node:stream'
import { type ClientOptions, Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Test } from 'tap'

/** The process that is the server. It runs with this very Node and sees only this environment. */
export interface ServerProcess {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What the tests use of a client. */
export interface StdioClient {
  readonly listTools: () => Promise<{ tools: { name: string }[] }>
  readonly callTool: (
    call: { name: string; arguments?: Record<string, unknown> },
    options?: { signal?: AbortSignal },
  ) => Promise<Record<string, unknown>>
  readonly serverVersion: () => unknown
  /** Messages on standard output that were none, and other mishaps that the client noticed. */
  readonly mishaps: readonly Error[]
  /** What the process has written to standard error so far, at most 64 KiB. */
  readonly stderr: () => string
  readonly close: () => Promise<void>
}

/** One generation, in one mode. */
export interface Generation {
  readonly name: string
  /** The revision that it speaks with Postern. */
  readonly version: string
  /** Starts the process and connects to it; both are ended with the test. `onToolsChanged` needs 2026-07-28. */
  readonly connect: (t: Test, server: ServerProcess, onToolsChanged?: () => void) => Promise<StdioClient>
}

/** Every generation and mode. */
export const GENERATIONS: readonly [Generation, ...Generation[]] = [
  { name: 'SDK v1', version: '2025-11-25', connect: connectV1 },
  { name: 'SDK v2', version: '2025-11-25', connect: connectV2({}) },
  {
    name: 'SDK v2, auto',
    version: '2026-07-28',
    connect: connectV2({ versionNegotiation: { mode: 'auto' } }),
  },
  {
    name: 'SDK v2, pinned',
    version: '2026-07-28',
    connect: connectV2({ versionNegotiation: { mode: { pin: '2026-07-28' } } }),
  },
]

async function connectV1(t: Test, server: ServerProcess): Promise<StdioClient> {
  const client = new ClientV1({ name: 'stdio-v1', version: '1' })
  const transport = new TransportV1(parameters(server))
  const stderr = gather(transport.stderr)
  const mishaps: Error[] = []
  client.onerror = error => mishaps.push(error)
  t.teardown(() => client.close())
  await client.connect(transport)
  return {
    listTools: () => client.listTools(),
    callTool: (call, options) => client.callTool(call, undefined, options),
    serverVersion: () => client.getServerVersion(),
    mishaps,
    stderr,
    close: () => client.close(),
  }
}

function connectV2(options: ClientOptions): Generation['connect'] {
  return async (t, server, onToolsChanged) => {
    const listChanged = onToolsChanged && { tools: { onChanged: () => onToolsChanged() } }
    const client = new ClientV2(
      { name: 'stdio-v2', version: '2' },
      { ...options, ...(listChanged && { listChanged }) },
    )
    const transport = new TransportV2(parameters(server))
    const stderr = gather(transport.stderr)
    const mishaps: Error[] = []
    client.onerror = error => mishaps.push(error)
    t.teardown(() => client.close())
    await client.connect(transport)
    return {
      listTools: () => client.listTools(),
      callTool: (call, options) => client.callTool(call, options),
      serverVersion: () => client.getServerVersion(),
      mishaps,
      stderr,
      close: () => client.close(),
    }
  }
}

function parameters({ args, env }: ServerProcess) {
  return { command: process.execPath, args: [...args], env: { ...env }, stderr: 'pipe' as const }
}

const MAX_STDERR = 64 * 1024

function gather(stream: Stream | null): () => string {
  let text = ''
  stream?.on('data', (chunk: Buffer) => {
    if (text.length < MAX_STDERR) text += chunk.toString('utf8')
  })
  return () => text
}
