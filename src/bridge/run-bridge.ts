import type { Writable } from 'node:stream'
import type { MessageId } from '../mcp/json-rpc.ts'
import { type ClientMessage, cancelledId, readClientMessage } from './message.ts'
import { postMessage } from './post-message.ts'
import { readLines } from './read-lines.ts'
import { MESSAGE_LIMIT, type Remote, sendRequest } from './remote.ts'
import { holdServerStream } from './server-stream.ts'
import { createSession } from './session.ts'
import { systemFetch } from './system-fetch.ts'

/** Both ends of a bridge. */
export interface BridgeOptions {
  /** A URL that `remoteUrl` has let through. */
  readonly url: URL
  /** The headers of `credentialHeaders`. */
  readonly credential: Readonly<Record<string, string>>
  /** The client's messages, one per line. */
  readonly input: AsyncIterable<Uint8Array | string>
  /** Where the server's messages go; nothing else is ever written there. */
  readonly output: Writable
  /** Where words for people go. */
  readonly errors: Writable
  /** How long answers may still come once the input has ended, in milliseconds; default 10,000. */
  readonly drain?: number
  /** Default: `systemFetch`. */
  readonly fetch?: typeof fetch
  /** Who speaks where words for people go; default: `postern bridge`. */
  readonly label?: string
  /** What to do about a credential that the server doesn't know; default: for whoever started `postern bridge`. */
  readonly advice?: string
}

const DRAIN = 10_000

/**
 * Carries MCP messages between a client on standard streams and a server on Streamable HTTP, of either era.
 * Requests run side by side; only the handshake is waited for. Ends when the input has ended and what was in
 * flight is answered, or when the client takes no more output.
 */
export async function runBridge(options: BridgeOptions): Promise<void> {
  const stop = new AbortController()
  const remote = createRemote(options, stop)
  const traffic = createTraffic(remote, stop)
  try {
    for await (const line of untilStopped(readLines(options.input, MESSAGE_LIMIT), stop.signal)) {
      const message = readClientMessage(line)
      if (message !== undefined) traffic.carry(message)
      else await remote.write(PARSE_ERROR)
    }
  } catch (error) {
    remote.warn(`Reading from the client failed: ${error instanceof Error ? error.message : String(error)}.`)
  }
  await traffic.drain(options.drain ?? DRAIN)
  stop.abort()
  await endSession(remote)
}

const PARSE_ERROR = JSON.stringify({
  jsonrpc: '2.0',
  error: { code: -32700, message: 'The line is not a JSON-RPC message.' },
})

interface Traffic {
  readonly carry: (message: ClientMessage) => void
  /** Waits until all is answered, but at most so many milliseconds. */
  readonly drain: (milliseconds: number) => Promise<void>
}

interface Flight {
  readonly message: ClientMessage
  readonly controller: AbortController
}

function createTraffic(remote: Remote, stop: AbortController): Traffic {
  const byId = new Map<MessageId, Flight>()
  const running = new Map<Promise<void>, Flight>()
  let handshake: Promise<unknown> = Promise.resolve()
  const start = (message: ClientMessage) => {
    const flight = { message, controller: new AbortController() }
    const [id] = message.ids
    const signal = AbortSignal.any([flight.controller.signal, stop.signal])
    const task = handshake
      .then(() => postMessage(remote, message, signal))
      .then(() => {
        running.delete(task)
        if (id !== undefined && byId.get(id) === flight) byId.delete(id)
      })
    running.set(task, flight)
    if (id !== undefined && message.single !== undefined) byId.set(id, flight)
    if (message.method === 'initialize' || message.method === 'notifications/initialized') handshake = task
    if (message.method === 'notifications/initialized') {
      void task.then(() => holdServerStream(remote, stop.signal))
    }
  }
  const carry = (message: ClientMessage) => {
    const id = cancelledId(message)
    if (id === undefined) return start(message)
    const cancelled = byId.get(id)
    cancelled?.controller.abort()
    // Closing the stream is the cancellation of 2026-07-28; the handshake era has to be told.
    if (cancelled !== undefined && cancelled.message.version === undefined) start(message)
  }
  const drain = async (milliseconds: number) => {
    for (const { message, controller } of running.values()) {
      if (message.method === 'subscriptions/listen') controller.abort()
    }
    const limit = setTimeout(() => stop.abort(), milliseconds)
    await Promise.all(running.keys())
    clearTimeout(limit)
  }
  return { carry, drain }
}

function createRemote(options: BridgeOptions, stop: AbortController): Remote {
  const { output, errors } = options
  // A client that has gone reads no answers: what is in flight ends.
  output.on('error', () => stop.abort())
  const write = async (line: string) => {
    if (output.destroyed) return
    output.write(`${line}\n`)
    // Not what `write` returns: a client that runs this inside its own process puts a function of its own there.
    if (!output.writableNeedDrain) return
    await new Promise<void>(resolve => {
      output
        .once('drain', resolve)
        .once('close', resolve)
        .once('error', () => resolve())
    })
  }
  return {
    url: options.url,
    credential: options.credential,
    session: createSession(),
    advice: options.advice,
    fetch: options.fetch ?? systemFetch,
    write,
    warn: line => void errors.write(`${options.label ?? 'postern bridge'}: ${line}\n`),
  }
}

/** The lines until the signal aborts, without waiting for the next one then. */
async function* untilStopped(lines: AsyncGenerator<string>, signal: AbortSignal): AsyncGenerator<string> {
  const stopped = new Promise<{ done: true; value: undefined }>(resolve => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true })
  })
  while (!signal.aborted) {
    const next = await Promise.race([lines.next(), stopped])
    if (next.done) return
    yield next.value
  }
}

/** A server that keeps sessions may free this one (2025-11-25 basic/transports "Session Management"). */
async function endSession(remote: Remote): Promise<void> {
  const { sessionId, protocolVersion } = remote.session
  if (sessionId === undefined) return
  const headers: Record<string, string> = { 'Mcp-Session-Id': sessionId }
  if (protocolVersion !== undefined) headers['MCP-Protocol-Version'] = protocolVersion
  try {
    const response = await sendRequest(remote, { method: 'DELETE', headers }, AbortSignal.timeout(2_000))
    await response.body?.cancel()
  } catch {
    // It will time out by itself.
  }
}
