/**
 * A gateway over whose DNS and web a test has all power, as whoever owns the domain of a metadata document has: names,
 * addresses and answers can change at every moment, and every connection is counted where it would arrive.
 */
import type { LookupAddress } from 'node:dns'
import type { Test } from 'tap'
import type { FetchDocumentOptions } from '../../../src/oauth/clients/fetch-document.ts'
import { type DocumentServer, json, PUBLIC_ADDRESS, startDocumentServer } from '../clients/fixtures.ts'
import {
  authorizeUrl,
  CLAUDE_CALLBACK,
  type OAuthDoor,
  type OAuthGateway,
  PUBLIC_URL,
  pkce,
  type StoreType,
  startGateway,
} from '../gateway.ts'

/** Milliseconds that a fetch may take in all. */
export const PATIENCE = 2_500

export interface DocumentsSite {
  readonly gateway: OAuthGateway
  readonly server: DocumentServer
  /** What DNS says from now on; every name that was asked for is in `names`. */
  readonly dns: { answer: (name: string) => Promise<readonly LookupAddress[]>; readonly names: string[] }
  /** Judged addresses that were connected to. */
  readonly reached: readonly string[]
  /** Whether all addresses are `server`, as they are at first, or what they are in the world. */
  readonly setRouted: (isRouted: boolean) => void
}

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Starts one; every host is `<anything>.docs.example` with a public address until the test says otherwise. */
export async function startDocumentsSite(t: Test, store: StoreType): Promise<DocumentsSite> {
  const server = await startDocumentServer(t, ['*.docs.example'])
  const dns: DocumentsSite['dns'] = { answer: async () => addresses(PUBLIC_ADDRESS), names: [] }
  const reached: string[] = []
  const route = (address: string) => {
    reached.push(address)
    return { address: '127.0.0.1', port: server.port }
  }
  const lookup = (name: string) => {
    dns.names.push(name)
    return dns.answer(name)
  }
  const { authority } = server.documents
  const documents: Changeable<FetchDocumentOptions> = { authority, timeout: PATIENCE, lookup, route }
  const setRouted = (isRouted: boolean) => {
    if (isRouted) documents.route = route
    else delete documents.route
  }
  // Each request may say its own address: limits per address have tests of their own.
  const config = { trustedProxies: ['127.0.0.1'], failedSignIns: false }
  const gateway = await startGateway(t, { store, nodes: 2, documents, config })
  return { gateway, server, dns, reached, setRouted }
}

/** What DNS answers. */
export function addresses(...all: readonly string[]): readonly LookupAddress[] {
  return all.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
}

/** A document that is as it should be. */
export function documentOf(url: string, changes: object = {}): Record<string, unknown> {
  return {
    client_id: url,
    client_name: 'Tool',
    redirect_uris: [CLAUDE_CALLBACK],
    token_endpoint_auth_method: 'none',
    ...changes,
  }
}

/** Has the server answer each URL with the document that belongs there. */
export function answerTruly(server: DocumentServer): void {
  server.answer = (request, response) =>
    json(documentOf(`https://${request.headers.host}${request.url}`))(request, response)
}

/** What became of an authorization request. */
export interface Verdict {
  readonly status: number
  /** Whether the person is led on: the client and its redirect are known to be good. */
  readonly isTaken: boolean
  /** Whether the browser is sent anywhere but to pages of the gateway; never, before the client is known. */
  readonly isSentAway: boolean
  readonly text: string
  readonly headers: Headers
}

let lastAddress = 0

/** An address that asked for nothing so far. */
export function freshAddress(): string {
  lastAddress++
  return `198.18.${lastAddress >> 8}.${lastAddress & 255}`
}

/** Sends an authorization request with this `client_id`. */
export async function authorize(
  { origin }: OAuthDoor,
  clientId: string,
  { from = freshAddress(), parameters = {} } = {},
): Promise<Verdict> {
  const url = authorizeUrl(clientId, pkce().challenge, parameters)
  const answer = await fetch(origin + url.slice(PUBLIC_URL.length), {
    redirect: 'manual',
    headers: { 'x-forwarded-for': from },
  })
  const location = answer.headers.get('location') ?? answer.headers.get('refresh')
  return {
    status: answer.status,
    isTaken: answer.headers.getSetCookie().length > 0 && answer.status < 400,
    isSentAway: location !== null && !new URL(location, PUBLIC_URL).href.startsWith(`${PUBLIC_URL}/`),
    text: await answer.text(),
    headers: answer.headers,
  }
}
