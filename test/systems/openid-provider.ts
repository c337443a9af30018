/** Where people of a product sign in: a real OpenID provider (oidc-provider) on loopback, with one client, the gateway. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

/** A running provider. */
export interface OpenIdProvider {
  readonly issuer: string
  readonly close: () => void
}

/** What makes one. */
export interface ProviderDefinition {
  /** Of the gateway, where people are sent back to. */
  readonly publicUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** In seconds, of all that it gives. */
  readonly lifetime: number
  /** What ID tokens say of a person besides `sub`. */
  readonly claimsOf: (person: string) => Readonly<Record<string, string | undefined>>
  /** Answers whoever comes to sign in; `finish` signs them in and sends them back. */
  readonly signIn: (
    request: IncomingMessage,
    response: ServerResponse,
    finish: (person: string) => Promise<void>,
  ) => void | Promise<void>
}

/** Starts it. */
export async function startOpenIdProvider(definition: ProviderDefinition): Promise<OpenIdProvider> {
  let answer = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = await createProvider(issuer, definition)
  const callback = provider.callback()
  answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      void callback(request, response)
      return
    }
    const finish = (person: string) => finishSignIn(provider, definition.clientId, person, request, response)
    void definition.signIn(request, response, finish)
  }
  return {
    issuer,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function createProvider(issuer: string, definition: ProviderDefinition): Promise<Provider> {
  const { publicUrl, clientId, clientSecret, lifetime, claimsOf } = definition
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
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
      claims: async () => ({ ...claimsOf(sub), sub }),
    }),
    ttl: {
      Interaction: lifetime,
      Session: lifetime,
      Grant: lifetime,
      AccessToken: lifetime,
      IdToken: lifetime,
    },
  })
}

async function finishSignIn(
  provider: Provider,
  clientId: string,
  accountId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope(String(params.scope))
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}
