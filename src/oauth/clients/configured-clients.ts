import type { OAuthConfig } from '../../config/schema.ts'
import type { ClientAuthentication, GrantType, OAuthClient } from '../client.ts'
import type { ClientSecrets } from './client-secret.ts'

/** Finds a client of a configuration by its id; undefined where there is none. */
export type FindConfigured = (id: string) => Promise<OAuthClient | undefined>

/**
 * Makes the function that finds the clients of a configuration. A secret is hashed when its client is first asked for,
 * so that those of the configuration are verified just as others are.
 */
export function createConfiguredClients(
  { clients }: Pick<OAuthConfig, 'clients'>,
  secrets: Pick<ClientSecrets, 'hash'>,
): FindConfigured {
  const byId = new Map(clients.map(client => [client.id, client]))
  const found = new Map<string, Promise<OAuthClient>>()
  return async id => {
    const configured = byId.get(id)
    if (configured === undefined) return undefined
    const known = found.get(id)
    if (known !== undefined) return known
    const made = makeClient(configured, secrets)
    found.set(id, made)
    // A failure, for example because too many secrets are being hashed, is nobody's answer later.
    made.catch(() => found.delete(id))
    return made
  }
}

type Configured = OAuthConfig['clients'][number]

async function makeClient(
  { id, name, redirectUris, secret, scopes }: Configured,
  secrets: Pick<ClientSecrets, 'hash'>,
): Promise<OAuthClient> {
  const authentication: ClientAuthentication =
    secret === undefined ? { method: 'none' } : { method: 'client_secret', hash: await secrets.hash(secret) }
  return Object.freeze({
    ...{ id, name, origin: 'configured', host: undefined, acts: undefined, authentication, scopes },
    redirectUris: Object.freeze([...redirectUris]),
    grantTypes: new Set<GrantType>(secret === undefined ? USUAL : [...USUAL, ASSERTION]),
  })
}

const USUAL = ['authorization_code', 'refresh_token'] as const
const ASSERTION = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
