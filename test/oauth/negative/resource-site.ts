/**
 * A gateway that takes every kind of credential side by side, on two MCP servers and the pass-through, and hears every
 * request that reaches its product. The scheme `bearer` has no prefix: what is nobody's is shown to the product, so a
 * token of the gateway's own that got so far would be seen there.
 */
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { mintToken } from '../../../src/auth/mint-token.ts'
import { createIssuer, type SignOptions } from '../../auth/jwt/issuer.ts'
import { type OAuthGateway, type OAuthNode, RESOURCE, type StoreType, startGateway } from '../gateway.ts'

const OPENAPI = fileURLToPath(new URL('../../../openapi/invoicing.yaml', import.meta.url))
/** What the gateway shows its product for callers who brought nothing of the product's. */
export const SERVICE = 'the-credential-of-the-gateway-itself'
/** The path of the second MCP server. */
export const OTHER = '/mcp-other'

/** The product, and somebody who listens in front of it. */
export interface Ear {
  readonly url: string
  /** Where it hands on to. */
  target: string
  readonly heard: {
    readonly method: string | undefined
    readonly url: string | undefined
    /** Names and values in turn, as they came. */
    readonly headers: readonly string[]
  }[]
  /** Answers in the product's place where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface ResourceSite {
  readonly gateway: OAuthGateway
  readonly node: OAuthNode
  readonly ear: Ear
  readonly issuer: Awaited<ReturnType<typeof createIssuer>>
  /** A JWT of the identity provider, good at `/mcp` unless something is replaced. */
  readonly sign: (options?: SignOptions) => string
  /** A token that Postern minted. */
  readonly mint: () => Promise<string>
}

/** Starts one. */
export async function startResourceSite(t: Test, store: StoreType): Promise<ResourceSite> {
  const ear = await startEar(t)
  const issuer = await createIssuer(t)
  const gateway = await startGateway(t, { store, config: configOf(ear.url, issuer.issuer) })
  ear.target = gateway.productUrl
  const { node, clock } = gateway
  return {
    ...{ gateway, node, ear, issuer },
    sign({ claims, ...rest } = {}) {
      const now = Math.floor(clock.now() / 1_000)
      const times = { exp: now + 600, iat: now - 1, nbf: now - 1, scope: '*' }
      return issuer.sign({ ...rest, claims: { ...times, ...claims } })
    },
    async mint() {
      const about = { name: 'test', subject: 'tester', roles: [], scopes: ['*'] }
      const { token, record } = mintToken({ prefix: 'acme_pat_', ...about }, clock.now())
      await node.app.store.createToken(record)
      return token
    },
  }
}

function configOf(upstream: string, issuer: string): object {
  const me = { request: 'GET /v1/me', subject: 'id', organization: 'organization.id', cache: 0 }
  const verify = { ...me, scopes: 'token.scopes', roles: 'roles' }
  return {
    servers: [{ path: '/mcp' }, { path: OTHER }],
    trustedProxies: ['127.0.0.1'],
    failedSignIns: false,
    passthrough: { path: '/api', api: 'invoicing' },
    apis: [
      {
        ...{ name: 'invoicing', openapi: OPENAPI, upstream },
        credentials: [
          { type: 'sealed', headers: ['Authorization'], schemes: ['oauth'] },
          { type: 'forward' },
          { type: 'static', value: `Bearer ${SERVICE}` },
        ],
        tools: { exclude: [{ operation: 'getMe' }] },
      },
    ],
    auth: [
      { type: 'token' },
      { type: 'jwt', issuer, audience: RESOURCE, roles: 'groups', organization: 'org' },
      {
        type: 'headers',
        headers: ['Email', 'Token'],
        subject: 'Email',
        verify: { ...verify, identity: 'email' },
      },
      {
        type: 'oauth',
        signIn: [
          { type: 'product', title: 'Tallybook', labels: ['Personal access token'], verify },
          { type: 'proxy', title: 'Proxy', from: ['192.0.2.7'], subject: 'X-Forwarded-User' },
        ],
        registration: { perAddress: 1_000 },
      },
      { type: 'bearer', verify },
    ],
  }
}

async function startEar(t: Test): Promise<Ear> {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers, rawHeaders } = incoming
    ear.heard.push({ method, url, headers: rawHeaders })
    if (ear.intercept(incoming, outgoing)) return
    const onward = httpRequest(ear.target + url, { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const ear: Ear = { url: `http://127.0.0.1:${port}`, target: '', heard: [], intercept: () => false }
  return ear
}
