/**
 * Where people sign in to Lucent: a real OpenID provider (oidc-provider) on loopback. Who comes is signed in at once,
 * as whoever is at the keyboard.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

/** The gateway's secret there. */
export const CLIENT_SECRET = 'lucent-oidc-secret'
const CLIENT_ID = 'lucent-mcp'
const LIFETIME = 600

/** People, and their organisations; `nomad` has none. */
export const PEOPLE: Readonly<Record<string, string | undefined>> = {
  mia: 'org_north',
  noor: 'org_north',
  rex: 'org_rival',
  nomad: undefined,
}

/** A running provider. */
export interface SignIn {
  readonly issuer: string
  /** Who is at the keyboard from now on; `mia` to begin with. */
  readonly seat: (person: string) => void
  readonly close: () => void
}

/** Starts it. @param publicUrl - of the gateway, where people are sent back to */
export async function startSignIn({ publicUrl }: { readonly publicUrl: string }): Promise<SignIn> {
  let answer = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = await createProvider(issuer, publicUrl)
  const callback = provider.callback()
  let person = 'mia'
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/')) void signIn(provider, person, request, response)
    else void callback(request, response)
  }
  return {
    issuer,
    seat: name => (person = name),
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
      claims: async () => ({ sub, name: sub, org_id: PEOPLE[sub] }),
    }),
    ttl: {
      Interaction: LIFETIME,
      Session: LIFETIME,
      Grant: LIFETIME,
      AccessToken: LIFETIME,
      IdToken: LIFETIME,
    },
  })
}

async function signIn(
  provider: Provider,
  accountId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID })
  grant.addOIDCScope(String(params.scope))
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}
