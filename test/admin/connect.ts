import { generateKeyPairSync } from 'node:crypto'
import type { Config } from '../../src/config/config.ts'
import { createGrants } from '../../src/oauth/grants/create-grants.ts'
import type { Store } from '../../src/store/store.ts'
import { connectClient } from '../oauth/connect-client.ts'
import { oauthScheme } from '../oauth/oauth-config.ts'

/** A configuration with the authorization server besides, for machines too. */
export function withOAuth(config: Config): Config {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const value = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { ...config, auth: [...config.auth, oauthScheme()], signing: { keys: [{ value }] } }
}

/** Connects a client to a gateway in somebody's name, and gives the id of the connection. */
export async function connect(
  store: Store,
  subject: string,
  clientId: string,
  organization = 'acme',
): Promise<string> {
  const grants = createGrants({ store, now: Date.now, oauth: () => oauthScheme() })
  const person = {
    subject,
    organization,
    roles: [],
    scopes: undefined,
    display: subject,
    way: 'oidc',
    credential: undefined,
  }
  return connectClient(grants, person, { id: clientId, name: 'Claude' })
}
