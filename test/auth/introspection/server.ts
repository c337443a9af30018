/** An authorization server's introspection endpoint on loopback, and the ways in which one can fail. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { verifySchema } from '../../../src/config/schema/verify.ts'
import type { SchemeConfig } from '../../../src/config/schema.ts'

/** The clock of `setUp` in `../fixtures.ts`, in seconds. */
export const NOW = 1_700_000_000
export const AUDIENCE = 'https://mcp.acme.example/mcp'
export const GOOD = {
  active: true,
  sub: 'ada',
  username: 'ada@acme.example',
  client_id: 'cli',
  scope: 'read:invoices write:contacts',
  aud: AUDIENCE,
  iss: 'https://id.acme.example',
  token_type: 'Bearer',
  exp: NOW + 600,
  iat: NOW - 60,
  nbf: NOW - 60,
}

export type Reply = (response: ServerResponse) => void

export const json =
  (body: unknown, status = 200): Reply =>
  response =>
    void response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

/** Starts an endpoint; what it replies may be changed while it runs. */
export async function createIntrospectionServer(t: Test) {
  const requests: { method: string; url: string; headers: IncomingHttpHeaders; form: URLSearchParams }[] = []
  const state = { reply: json(GOOD) }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, form })
      state.reply(response)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/introspect`
  return {
    url,
    state,
    requests,
    /** A scheme as the file's author would write it, with its defaults. */
    scheme: (
      introspection: Readonly<Record<string, unknown>> = {},
      verify: Readonly<Record<string, unknown>> = {},
    ): SchemeConfig => ({
      type: 'bearer',
      header: 'Authorization',
      verify: verifySchema.parse({
        introspection: { url, clientId: 'gw', clientSecret: 's3cret', audience: AUDIENCE, ...introspection },
        ...verify,
      }),
    }),
  }
}
