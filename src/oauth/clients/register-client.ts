import { randomBytes } from 'node:crypto'
import type { OAuthConfig } from '../../config/schema.ts'
import type { Records } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import type { ClientAuthentication, OAuthClient } from '../client.ts'
import type { OAuthEvent, OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import type { RedirectPolicy, RedirectTarget } from '../redirects/redirect-policy.ts'
import { chargeRegistration } from './charge-registration.ts'
import { clientKey, writeClientRecord } from './client-record.ts'
import type { ClientSecrets } from './client-secret.ts'
import { type ClientMetadata, type MetadataAuthentication, readMetadata } from './read-metadata.ts'

/** What {@link registerClient} needs. */
export interface RegistrationNeeds {
  readonly store: Pick<Store & Records, 'spend' | 'commit'>
  readonly oauth: Pick<OAuthConfig, 'registration' | 'prefix'>
  readonly policy: RedirectPolicy
  readonly secrets: ClientSecrets
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onEvent: (event: OAuthEvent) => void
}

/**
 * Registers a client for whoever asks (RFC 7591 section 3). What it says of itself is shown to people as that. It is
 * forgotten unless somebody approves it in time, so that clients which register anew for each connection leave nothing.
 *
 * @returns what is answered with 201 (section 3.2.1): what was accepted, and the secret, once, if it asked for one
 * @throws PosternError `oauth_invalid_client_metadata`, `oauth_invalid_redirect_uri`, `oauth_access_denied` where clients
 *   can't register themselves, `rate_limited`, `store_unavailable`
 */
export async function registerClient(
  value: unknown,
  request: Pick<OAuthRequest, 'from' | 'requestId'>,
  { store, oauth, policy, secrets, now, onEvent }: RegistrationNeeds,
): Promise<Readonly<Record<string, unknown>>> {
  if (!oauth.registration.dynamic) {
    throw oauthError(
      'oauth_access_denied',
      'Clients can’t register themselves here. Ask an administrator for a client_id.',
    )
  }
  const metadata = readMetadata(value)
  refuseLarge(metadata)
  const targets = metadata.redirectUris.map(uri => policy.check(uri))
  await chargeRegistration(store, oauth.registration, request.from)

  const { authentication, secret } = await prepare(metadata.authentication, oauth.prefix, secrets)
  const client: OAuthClient & { origin: 'registered' } = Object.freeze({
    id: `cli_${randomBytes(16).toString('base64url')}`,
    name: metadata.name ?? `Unnamed client at ${nameOf(targets)}`,
    origin: 'registered',
    host: undefined,
    redirectUris: metadata.redirectUris,
    grantTypes: new Set(metadata.grantTypes),
    authentication,
    scopes: undefined,
    acts: undefined,
  })
  const createdAt = now()
  const record = { client, createdAt, usedAt: undefined, revokedAt: undefined }
  const isKept = await store.commit([
    {
      key: clientKey(client.id),
      before: undefined,
      after: writeClientRecord(record),
      expiresAt: createdAt + oauth.registration.unused,
      lists: ['registered'],
    },
  ])
  if (!isKept) throw new Error('a client of this random id exists already')
  onEvent({ type: 'client_registered', requestId: request.requestId, client: client.id, from: request.from })
  return answerOf(client, metadata, { createdAt, secret, targets })
}

/** Anybody may have it kept, and `most` times: together it must not fill the store. */
function refuseLarge({ redirectUris, authentication }: ClientMetadata): void {
  if (JSON.stringify([redirectUris, authentication]).length <= LARGEST) return
  throw oauthError(
    'oauth_invalid_client_metadata',
    'The redirect_uris and keys of the client’s metadata are too long: together they may have at most 7 KiB. Leave some out, or publish the keys at a jwks_uri.',
  )
}

/** In characters of JSON. */
const LARGEST = 7_168

/** Redirects that leave the browser for a program on the user's machine. */
function isNative(targets: readonly RedirectTarget[]): boolean {
  return targets.some(({ kind }) => kind !== 'https')
}

/** A name for one that gave none: where its codes go, as that is known. Of a long host the end tells whose it is. */
function nameOf([first]: readonly RedirectTarget[]): string {
  const shown = first?.shown ?? ''
  return shown.length > LONGEST_SHOWN ? `…${shown.slice(1 - LONGEST_SHOWN)}` : shown
}

const LONGEST_SHOWN = 40

async function prepare(
  asked: MetadataAuthentication,
  prefix: string,
  secrets: ClientSecrets,
): Promise<{ readonly authentication: ClientAuthentication; readonly secret?: string }> {
  if (asked.method === 'none') return { authentication: { method: 'none' } }
  if (asked.method === 'private_key_jwt') return { authentication: asked }
  const { secret, hash } = await secrets.make(prefix)
  return { authentication: { method: 'client_secret', hash }, secret }
}

interface Outcome {
  readonly createdAt: number
  readonly secret: string | undefined
  readonly targets: readonly RedirectTarget[]
}

function answerOf(client: OAuthClient, metadata: ClientMetadata, { createdAt, secret, targets }: Outcome) {
  const { authentication, scope, redirectUris, grantTypes } = metadata
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(createdAt / 1_000),
    // It does not expire: 0 says so (RFC 7591 section 3.2.1).
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: client.name,
    redirect_uris: redirectUris,
    grant_types: grantTypes,
    response_types: ['code'],
    token_endpoint_auth_method: authentication.method,
    application_type: isNative(targets) ? 'native' : 'web',
    ...(authentication.method === 'private_key_jwt' && keysOf(authentication.keys)),
    ...(scope !== undefined && { scope }),
  }
}

function keysOf(keys: Extract<MetadataAuthentication, { method: 'private_key_jwt' }>['keys']): object {
  return 'uri' in keys && typeof keys.uri === 'string' ? { jwks_uri: keys.uri } : { jwks: keys }
}
