import type { CustomFetch, CustomFetchOptions } from 'openid-client'
import { Agent, request } from 'undici'
import { isLoopback } from '../../config/loopback.ts'

const LARGEST = 1_024 * 1_024

/** As for keys of JWTs: made here and not taken from the environment, so that no proxy variable gets in between. */
const agent = new Agent({
  pipelining: 0,
  connect: { timeout: 5_000 },
  headersTimeout: 10_000,
  bodyTimeout: 5_000,
  maxResponseSize: LARGEST,
})

/**
 * Makes the function by which the OpenID library asks a company's provider, wherever its metadata says: over https, or
 * over http on loopback where the issuer itself is there. Redirects are not followed, since a secret or a code may be on
 * board; answers have at most 1 MiB and a few seconds.
 *
 * @throws Error if there is no answer
 */
export function createProviderFetch(issuer: string): CustomFetch {
  const isLocal = isLocalHttp(new URL(issuer))
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address)
    if (url.protocol !== 'https:' && !(isLocal && isLocalHttp(url))) {
      throw new Error('the provider names an address that is not https')
    }
    const answer = await request(url, {
      dispatcher: agent,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: textOf(body),
      ...(signal !== undefined && { signal }),
    })
    const bytes = await answer.body.arrayBuffer()
    const fields = new Headers()
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of [value ?? []].flat()) fields.append(name, one)
    }
    const isEmpty = answer.statusCode === 204 || answer.statusCode === 304
    return new Response(isEmpty ? null : bytes, { status: answer.statusCode, headers: fields })
  }
}

function isLocalHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && isLoopback(hostname)
}

function textOf(body: CustomFetchOptions['body']): string | null {
  if (body === undefined || body === null) return null
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString()
  throw new Error('a body of this kind is never sent')
}
