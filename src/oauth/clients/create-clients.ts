import type { SignInPause } from '../../auth/attempts/failure-count.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { oncePer } from '../once-per.ts'
import { createRedirectPolicy } from '../redirects/create-redirect-policy.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { authenticateClient } from './authenticate-client.ts'
import { createClientSecrets } from './client-secret.ts'
import type { Clients } from './clients.ts'
import { createConfiguredClients } from './configured-clients.ts'
import { createFetchDocument, type FetchDocumentOptions } from './fetch-document.ts'
import { findClient } from './find-client.ts'
import { createDocuments } from './find-document.ts'
import { keepClient } from './keep-client.ts'
import { registerClient } from './register-client.ts'
import { createSecretVerifier } from './verify-client-secret.ts'

/** What may be said besides. */
export interface CreateClientsOptions {
  /** How documents are fetched; tests bring their own names and servers. */
  readonly documents?: FetchDocumentOptions | undefined
  /** Told when an address has to pause after wrong secrets. */
  readonly onPause?: (pause: SignInPause) => void
  /** Milliseconds that never go back; default `performance.now`. */
  readonly clock?: () => number
}

/** Largest metadata document (draft section 6.6 recommends 5 kB) and largest key set, in bytes. */
const LARGEST_METADATA = 5 * 1_024
const LARGEST_KEYS = 16 * 1_024

/** Makes the clients of a process; a reload of the configuration is seen with the next question. */
export function createClients(
  surroundings: Pick<OAuthSurroundings, 'store' | 'now' | 'baseUrl' | 'config' | 'oauth' | 'onEvent'>,
  {
    documents: fetching = {},
    onPause = () => {},
    clock = () => performance.now(),
  }: CreateClientsOptions = {},
): Clients {
  const { store, now, baseUrl, config, oauth, onEvent } = surroundings
  const secrets = createClientSecrets()
  const fetchDocument = createFetchDocument(fetching)
  const documents = createDocuments({ fetchDocument, store, now, limit: LARGEST_METADATA, what: 'metadata' })
  const keys = createDocuments({ fetchDocument, store, now, limit: LARGEST_KEYS, what: 'key set' })
  const failedSignIns = () => config().failedSignIns
  const verifySecret = createSecretVerifier({ secrets, store, onPause, clock, failedSignIns })
  const configurationOf = oncePer((given: OAuthConfig) => ({
    policy: createRedirectPolicy(given),
    configured: createConfiguredClients(given, secrets),
  }))

  const clients: Clients = {
    find(id, from, signal) {
      const current = oauth()
      return findClient(
        id,
        { store, oauth: current, documents, ...configurationOf(current) },
        { from, signal },
      )
    },
    authenticate: (request, form) =>
      authenticateClient(request, form, {
        ...{ find: clients.find, verifySecret, keys, store, now },
        issuer: baseUrl(),
      }),
    register(metadata, request) {
      const current = oauth()
      const { policy } = configurationOf(current)
      return registerClient(metadata, request, { store, oauth: current, policy, secrets, now, onEvent })
    },
    noteUsed: client => keepClient(store, client, now()),
  }
  return clients
}
