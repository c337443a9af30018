/**
 * The organisation's login: a real OpenID provider (oidc-provider) on loopback, with a page where people type who they
 * are. A browser that has signed in there isn't asked again.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { sampleData } from './data.ts'

/** The gateway's secret there. */
export const CLIENT_SECRET = 'lumos-oidc-secret'
const CLIENT_ID = 'lumos-mcp'
const DAY = 86_400
const PEOPLE = sampleData().people
const PAGE =
  '<form method="post" action=""><label>Who are you? <input name="person"></label><button name="in" value="1">Log in</button></form>'

/** A running provider. */
export interface Login {
  readonly issuer: string
  readonly close: () => void
}

/** Starts it. @param publicUrl - of the gateway, where people are sent back to */
export async function startLogin({ publicUrl }: { readonly publicUrl: string }): Promise<Login> {
  let answer = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = await createProvider(issuer, publicUrl)
  const callback = provider.callback()
  answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) void callback(request, response)
    else if (request.method === 'POST') void logIn(provider, request, response)
    else response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
  }
  return {
    issuer,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function createProvider(issuer: string, publicUrl: string): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${publicUrl}/oauth/callback`],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'k1' }] },
    cookies: { keys: ['not a secret'] },
    claims: { openid: ['sub', 'org_id'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: async (_, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, name: PEOPLE.get(sub)?.name, org_id: PEOPLE.get(sub)?.org }),
    }),
    ttl: { Interaction: DAY, Session: DAY, Grant: DAY, AccessToken: DAY, IdToken: DAY },
  })
}

async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const accountId = new URLSearchParams(await text(request)).get('person') ?? ''
  if (!PEOPLE.has(accountId)) {
    response.writeHead(403, { 'content-type': 'text/html' }).end(PAGE)
    return
  }
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID })
  grant.addOIDCScope(String(params.scope))
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}
