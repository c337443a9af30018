/** Asks MCP endpoints: with plain messages, whose HTTP a test wants to see, and with the official client. */
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Test } from 'tap'

/** A bearer token, or headers as they are; undefined: nothing is presented. */
export type Credential = string | Readonly<Record<string, string>> | undefined

/** What came back from one message. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of any shape
  readonly body: any
}

/** The headers of a credential. */
export function presented(credential: Credential): Readonly<Record<string, string>> {
  return typeof credential === 'string' ? { authorization: `Bearer ${credential}` } : (credential ?? {})
}

/** Sends one JSON-RPC message of the 2025-11-25 era, without any session. @param url - of the endpoint */
export async function rpc(
  url: string,
  credential: Credential,
  method: string,
  params: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...presented(credential),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

/** `tools/call`. */
export function call(url: string, credential: Credential, name: string, args: object = {}): Promise<Answer> {
  return rpc(url, credential, 'tools/call', { name, arguments: args })
}

/** Names of the tools that a credential sees, sorted. @throws Error where it sees no list */
export async function visible(url: string, credential: Credential): Promise<string[]> {
  const { status, body } = await rpc(url, credential, 'tools/list')
  if (!Array.isArray(body?.result?.tools)) throw new Error(`no list: ${status} ${JSON.stringify(body)}`)
  return body.result.tools.map(({ name }: { name: string }) => name).sort()
}

/** Any request; the body is JSON, or the text where it is none. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) }
}

/** The official client, connected; closed with the test. */
export async function connect(
  t: Test,
  url: string,
  credential: Credential,
  options: ClientOptions = {},
): Promise<Client> {
  const client = new Client({ name: 'systems', version: '1' }, options)
  t.teardown(() => client.close())
  const requestInit = { headers: { ...presented(credential) } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  return client
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
