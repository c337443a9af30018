/** A token endpoint on loopback: real HTTP, and the ways in which one can fail. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { upstreamCredentialSchema } from '../../../src/config/schema/upstream-credential.ts'
import type { ExchangeConfig } from '../../../src/upstream/credentials/token-endpoint.ts'

/** One request that came. */
export interface Asked {
  readonly authorization: string | undefined
  readonly form: Readonly<Record<string, string>>
  readonly path: string
}

/** Starts one; what it answers can be changed while it runs. */
export async function createTokenEndpoint(t: Test) {
  const state = {
    status: 200,
    /** The body, or what makes it of the form. */
    answer: ({ subject_token }: Asked['form']): unknown => ({
      access_token: `exchanged-${subject_token}`,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 300,
    }),
    /** Instead of an answer. */
    respond: undefined as ((response: ServerResponse) => void) | undefined,
    /** Answers wait for it. */
    gate: undefined as Promise<void> | undefined,
  }
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const form = Object.fromEntries(new URLSearchParams(body))
    asked.push({ authorization: request.headers.authorization, form, path: request.url ?? '' })
    await state.gate
    if (state.respond !== undefined) return state.respond(response)
    response.writeHead(state.status, { 'content-type': 'application/json' })
    const answer = state.answer(form)
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  return {
    url,
    state,
    asked,
    /** A configuration as the file's author would write it, with its defaults. */
    config(more: Readonly<Record<string, unknown>> = {}): ExchangeConfig {
      const parsed = upstreamCredentialSchema.parse({
        type: 'exchange',
        tokenEndpoint: url,
        clientId: 'postern',
        clientSecret: 's3cr3t',
        ...more,
      })
      if (parsed.type !== 'exchange') throw new Error('no exchange')
      return parsed
    },
  }
}
