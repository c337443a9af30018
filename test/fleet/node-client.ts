import { Pool } from 'undici'

/** What came back of one message, or did not. */
export interface Answer {
  /** HTTP status; 0 where nothing came within the time. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
  /** Milliseconds that it took. */
  readonly took: number
}

export interface SendOptions {
  /** Ends the request from outside; the answer then has status 0. */
  readonly signal?: AbortSignal
  /** Milliseconds without an answer after which it counts as hanging; default {@link HANG}. */
  readonly patience?: number
  /** The message's id; default 1. */
  readonly id?: number | string
  /** Speaks the 2026-07-28 era. */
  readonly isModern?: boolean
}

/** Talks to one gateway over connections of its own. */
export interface NodeClient {
  readonly origin: string
  readonly send: (
    credential: string,
    method: string,
    params: object,
    options?: SendOptions,
  ) => Promise<Answer>
  /** `tools/call`. */
  readonly call: (credential: string, name: string, args: object, options?: SendOptions) => Promise<Answer>
  /** Any other request. */
  readonly request: (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    credential?: string,
    body?: object,
  ) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** Without an answer after so many milliseconds, a request hangs. */
export const HANG = 3_000
const MODERN = '2026-07-28'

/** Opens a client for the gateway at `origin`. */
export function createNodeClient(origin: string): NodeClient {
  const pool = new Pool(origin, { connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })

  async function request(init: Parameters<Pool['request']>[0], patience = HANG): Promise<Answer> {
    const began = performance.now()
    const signals = [AbortSignal.timeout(patience), init.signal].filter(
      signal => signal instanceof AbortSignal,
    )
    try {
      const { statusCode, headers, body } = await pool.request({ ...init, signal: AbortSignal.any(signals) })
      const text = await body.text()
      const parsed: unknown = text === '' ? undefined : JSON.parse(text)
      return { status: statusCode, headers, body: parsed, took: performance.now() - began }
    } catch (error) {
      if (!signals.some(signal => signal.aborted)) throw error
      return { status: 0, headers: {}, body: undefined, took: performance.now() - began }
    }
  }

  function send(
    credential: string,
    method: string,
    params: object,
    { signal, patience, id = 1, isModern = false }: SendOptions = {},
  ): Promise<Answer> {
    const name = 'name' in params ? { 'mcp-name': String(params.name) } : {}
    const era = isModern
      ? { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...name }
      : { 'mcp-protocol-version': '2025-11-25' }
    const message = { jsonrpc: '2.0', id, method, params: isModern ? { ...params, _meta: META } : params }
    return request(
      {
        path: '/mcp',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${credential}`,
          ...era,
        },
        body: JSON.stringify(message),
        ...(signal && { signal }),
      },
      patience,
    )
  }

  return {
    origin,
    send,
    call: (credential, name, args, options) =>
      send(credential, 'tools/call', { name, arguments: args }, options),
    request: (method, path, credential, body) =>
      request({
        path,
        method,
        headers: {
          ...(credential && { authorization: `Bearer ${credential}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
    close: () => pool.destroy(),
  }
}

const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'fleet', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
