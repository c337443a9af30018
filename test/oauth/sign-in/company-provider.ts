/** The company's OpenID provider: a real one (oidc-provider) on loopback, where whoever comes is signed in at once. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import type { Test } from 'tap'
import { ISSUER } from '../authorize/rooms.ts'

export interface CompanyOptions {
  /** `client_secret_basic` by default. */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'none'
  /** Whether all claims are in the ID token; else most are told by the UserInfo endpoint alone. */
  readonly inIdToken?: boolean
  readonly claims?: object
}

export const CLAIMS = {
  email: 'ada@acme.example',
  email_verified: true,
  name: 'Ada',
  org: { id: 'org-1' },
  groups: ['accountant', 'staff'],
}

/** A provider and what went on there. */
export interface Company {
  readonly issuer: string
  /** The paths that were asked, in order. */
  readonly asked: string[]
  /** A person's browser at the provider, from the address that Postern sent it to until it is sent back. */
  readonly visit: (href: string) => Promise<string>
  readonly server: Server
}

export async function startCompany(t: Test, options: CompanyOptions = {}): Promise<Company> {
  const asked: string[] = []
  const { listener, server, issuer } = await listen(t)
  const provider = await createProvider(issuer, options)
  const callback = provider.callback()
  listener.current = (request, response) => {
    asked.push((request.url ?? '').replace(/\?.*/, ''))
    if (request.url?.startsWith('/interaction/')) signIn(provider, request, response)
    else callback(request, response)
  }
  return { issuer, asked, visit: href => visit(href), server }
}

/** A server that answers by whatever is current. */
export async function listen(t: Test) {
  const listener: { current: (request: IncomingMessage, response: ServerResponse) => void } = {
    current: (_, response) => response.writeHead(404).end(),
  }
  const server = createServer((request, response) => listener.current(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { listener, server, issuer }
}

async function createProvider(issuer: string, options: CompanyOptions): Promise<Provider> {
  const { authentication = 'client_secret_basic', inIdToken = false, claims = {} } = options
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'postern',
        ...(authentication !== 'none' && { client_secret: 'a secret: of %25 + &' }),
        redirect_uris: [`${ISSUER}/oauth/callback`],
        token_endpoint_auth_method: authentication,
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'k1' }] },
    cookies: { keys: ['not a secret'] },
    conformIdTokenClaims: !inIdToken,
    claims: { openid: ['sub', 'org', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: async (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...CLAIMS, ...claims }) }),
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  })
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId: 'ada', clientId: 'postern' })
  grant.addOIDCScope(String(params.scope))
  const result = { login: { accountId: 'ada' }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}

async function visit(href: string): Promise<string> {
  const cookies = new Map<string, string>()
  let at = href
  for (let count = 0; count < 10; count++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the provider shows ${answer.status} ${await answer.text()}`)
    at = new URL(location, at).href
    if (at.startsWith(`${ISSUER}/`)) return at
  }
  throw new Error('redirects without end')
}
