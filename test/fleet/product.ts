/**
 * A product that says, in every answer, whom it believes to have been asked by, and notes every call whose marker is
 * not that caller's: what a gateway that mixes up its callers would be caught by on either side.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** Who calls: a marker starts with `<subject>~<organization>~`. */
export interface Caller {
  readonly subject: string
  readonly organization: string
}

export interface Product {
  readonly url: string
  /** What arrived under another caller's marker or organisation, in words. */
  readonly crossings: string[]
  /** Takes a credential back: from now on the product refuses it, whenever it is asked. */
  readonly withdraw: (credential: string) => void
  /** How often a marker arrived. */
  readonly arrived: (marker: string) => number
  /** Calls of tools, in all. */
  readonly calls: () => number
  /** Questions about credentials, in all. */
  readonly verifications: () => number
}

/** A credential of the product's own, of one caller; `number` tells apart several of one caller. */
export function productCredential({ subject, organization }: Caller, number = 0): string {
  return `prd_${subject}~${organization}~${number}`
}

/** Start of all markers of one caller. */
export function markerOf({ subject, organization }: Caller, rest: string | number): string {
  return `${subject}~${organization}~${rest}`
}

export const ORGANIZATIONS = ['org0', 'org1', 'org2', 'org3', 'org4'] as const
/** Milliseconds that `slow_note` takes. */
export const SLOW = 150

export async function startProduct(t: Test): Promise<Product> {
  const crossings: string[] = []
  const arrivals = new Map<string, number>()
  const withdrawn = new Set<string>()
  let verifications = 0
  let calls = 0

  function verify(request: IncomingMessage, response: ServerResponse): void {
    verifications++
    const { authorization } = request.headers
    const caller = withdrawn.has(authorization ?? '') ? undefined : readCredential(authorization)
    if (caller === undefined) answer(response, 401, {})
    else
      answer(response, 200, { id: caller.subject, organization: { id: caller.organization }, scopes: ['*'] })
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://product')
    if (url.pathname === '/me') return verify(request, response)
    calls++
    const [, , organization = '', kind = '', named = ''] = url.pathname.split('/').map(decodeURIComponent)
    const marker = request.method === 'POST' ? await markerIn(request) : named
    arrivals.set(marker, (arrivals.get(marker) ?? 0) + 1)
    const caller =
      readCredential(request.headers.authorization) ?? readIdentity(request.headers.authorization)
    const said = caller === undefined ? 'nobody' : markerOf(caller, '')
    if (!marker.startsWith(said) || caller?.organization !== organization) {
      crossings.push(`${request.method} ${url.pathname}: marker ${marker}, caller ${said}`)
    }
    if (kind === 'slow') await new Promise(resolve => setTimeout(resolve, SLOW))
    const body = { marker, caller: said, organization }
    answer(
      response,
      kind === 'broken' ? 422 : 200,
      kind === 'broken' ? { message: JSON.stringify(body) } : body,
    )
  }

  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1')
  // The gateways' connections are kept longer than a test pauses.
  server.keepAliveTimeout = 60_000
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    crossings,
    withdraw: credential => withdrawn.add(`Bearer ${credential}`),
    arrived: marker => arrivals.get(marker) ?? 0,
    calls: () => calls,
    verifications: () => verifications,
  }
}

/** The product's OpenAPI document. */
export function productDocument(): object {
  const get = (operationId: string) => ({
    get: {
      operationId,
      parameters: [parameter('org'), parameter('marker')],
      responses: { 200: { description: 'ok', content: json } },
    },
  })
  return {
    openapi: '3.1.0',
    info: { title: 'notes', version: '1' },
    paths: {
      '/orgs/{org}/notes/{marker}': get('get_note'),
      '/orgs/{org}/broken/{marker}': get('get_broken'),
      '/orgs/{org}/slow/{marker}': get('get_slow'),
      '/orgs/{org}/few/{marker}': get('get_few'),
      '/orgs/{org}/counted/{marker}': get('get_counted'),
      '/orgs/{org}/notes': {
        post: {
          operationId: 'add_note',
          parameters: [parameter('org')],
          requestBody: { required: true, content: json },
          responses: { 200: { description: 'ok', content: json } },
        },
      },
      ...Object.fromEntries(ORGANIZATIONS.map(name => [`/orgs/{org}/${name}/{marker}`, get(`only_${name}`)])),
    },
  }
}

const parameter = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const json = {
  'application/json': {
    schema: { type: 'object', properties: { marker: { type: 'string' } }, required: ['marker'] },
  },
}

async function markerIn(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return String(JSON.parse(text).marker)
}

function readCredential(authorization: string | undefined): Caller | undefined {
  const [, subject, organization] = /^Bearer prd_([^~]+)~([^~]+)~\d+$/.exec(authorization ?? '') ?? []
  if (subject === undefined || organization === undefined) return undefined
  return { subject, organization }
}

/** What the gateway's identity token says; whether its signature holds is tested elsewhere. */
function readIdentity(authorization = ''): Caller | undefined {
  const [, payload] = authorization.split('.')
  if (payload === undefined) return undefined
  const { sub, org } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { subject: String(sub), organization: String(org) }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
