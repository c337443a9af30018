import { Agent, request } from 'undici'
import type { Answer } from '../ask.ts'
import type { Pair } from './backend.ts'

/** Where a host is really asked, and by whom its certificate is. */
export interface NamedHost {
  /** `https://127.0.0.1:…` */
  readonly origin: string
  /** PEM of the authority that clients trust. */
  readonly ca: string
  /** What the client types; in the Host header, and the name that the certificate must be for. */
  readonly host: string
}

/** `tools/call` or another message to `/api/mcp` as a client sends it that was given the URL of that host. */
export async function askHost(
  { origin, ca, host }: NamedHost,
  pair: Pair,
  method: string,
  params: object = {},
): Promise<Pick<Answer, 'status' | 'body'>> {
  const dispatcher = new Agent({ connect: { ca, servername: host } })
  const { statusCode, body } = await request(`${origin}/api/mcp`, {
    method: 'POST',
    dispatcher,
    headers: {
      host,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...pair,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const text = await body.text()
  await dispatcher.close()
  return { status: statusCode, body: text.startsWith('{') ? JSON.parse(text) : text }
}
