import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { completeConfig } from '../../../src/config/complete-config.ts'
import { configSchema, type OAuthConfig } from '../../../src/config/schema.ts'
import { createClients } from '../../../src/oauth/clients/create-clients.ts'
import type { FetchDocumentOptions } from '../../../src/oauth/clients/fetch-document.ts'
import type { OAuthEvent, OAuthRequest } from '../../../src/oauth/http.ts'
import { readParameters } from '../../../src/oauth/read-parameters.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { makeRequest } from '../make-request.ts'

/** What the gateways of these tests are called. */
export const ISSUER = 'https://mcp.acme.example'
/** An address that belongs to the public internet; nothing is sent there. */
export const PUBLIC_ADDRESS = '93.184.215.14'

export interface SetUpOptions {
  /** Members of `auth[]` of type `oauth`. */
  readonly oauth?: object
  /** Further members of the configuration. */
  readonly config?: object
  readonly documents?: FetchDocumentOptions
}

/** Clients over a memory store, and a clock that stands still until it is moved. */
export function setUp({ oauth = {}, config: more = {}, documents }: SetUpOptions = {}) {
  const clock = { now: 1_800_000_000_000 }
  const store = createMemoryStore(() => clock.now)
  const events: OAuthEvent[] = []
  const apis = [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }]
  const parsed = configSchema.parse({ name: 'acme', apis, auth: [{ type: 'oauth', ...oauth }], ...more })
  const config = completeConfig(parsed, '/etc/postern.yaml')
  const scheme = config.auth.find((one): one is OAuthConfig => one.type === 'oauth')
  if (scheme === undefined) throw new Error('no scheme')
  const clients = createClients(
    {
      ...{ store, config: () => config, oauth: () => scheme, now: () => clock.now },
      baseUrl: () => ISSUER,
      onEvent: event => events.push(event),
    },
    { clock: () => clock.now, ...(documents !== undefined && { documents }) },
  )
  const { signal } = new AbortController()
  return {
    ...{ clients, store, events, clock },
    find: (id: string, from = '192.0.2.1') => clients.find(id, from, signal),
    register: (metadata: unknown, from = '192.0.2.1') => clients.register(metadata, requestOf({}, from)),
    /** A form that is posted to the token endpoint, with headers. */
    authenticate: (
      form: Readonly<Record<string, string>>,
      headers: Readonly<Record<string, string>> = {},
      from = '192.0.2.1',
    ) => clients.authenticate(requestOf(headers, from), readParameters(new URLSearchParams(form).toString())),
  }
}

/** A request as the edge hands it on. */
export function requestOf(headers: Readonly<Record<string, string>>, from: string): OAuthRequest {
  return makeRequest({ method: 'POST', path: '/oauth/token', headers, from, peer: from, requestId: 'req-1' })
}

/** `Authorization: Basic …` as RFC 6749 section 2.3.1 has it. */
export function basic(id: string, secret: string): Readonly<Record<string, string>> {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}` }
}

/** The code of the error that a promise ends with; `none` if it doesn't. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => 'none',
    reason => reason,
  )
  return error instanceof Error && 'code' in error ? error.code : error
}

/** A web server that knows names of the tests, over TLS, with an authority of its own. */
export interface DocumentServer {
  /** For {@link SetUpOptions}: every name has a public address, and every address is this server. */
  readonly documents: FetchDocumentOptions & { readonly authority: string }
  /** TCP connections that were opened so far. */
  readonly connections: () => number
  readonly requests: IncomingMessage[]
  readonly port: number
  /** What is answered from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void
}

/** Starts one with a certificate for these names. */
export async function startDocumentServer(t: Test, names: readonly string[]): Promise<DocumentServer> {
  const { key, cert, ca } = makeCertificate(names)
  const requests: IncomingMessage[] = []
  let connections = 0
  const server = createServer({ key, cert }, (request, response) => {
    requests.push(request)
    state.answer(request, response)
  })
  server.on('connection', () => connections++)
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const state: DocumentServer = {
    documents: {
      authority: ca,
      lookup: async () => [{ address: PUBLIC_ADDRESS, family: 4 }],
      route: () => ({ address: '127.0.0.1', port }),
    },
    connections: () => connections,
    requests,
    port,
    answer: (_request, response) => response.writeHead(404).end(),
  }
  return state
}

/** Answers with JSON. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

function makeCertificate(names: readonly string[]): { key: string; cert: string; ca: string } {
  const directory = mkdtempSync(join(tmpdir(), 'postern-documents-'))
  const path = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-days',
      '2',
      '-subj',
      '/CN=ca',
      '-keyout',
      path('ca.key'),
      '-out',
      path('ca.pem'),
    )
    openssl('req', ...newKey, '-subj', '/CN=server', '-keyout', path('key.pem'), '-out', path('csr.pem'))
    writeFileSync(path('ext'), `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`)
    openssl(
      ...['x509', '-req', '-in', path('csr.pem'), '-CA', path('ca.pem'), '-CAkey', path('ca.key')],
      ...['-days', '2', '-extfile', path('ext'), '-out', path('cert.pem')],
    )
    const read = (name: string) => readFileSync(path(name), 'utf8')
    return { key: read('key.pem'), cert: read('cert.pem'), ca: read('ca.pem') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
