import type { OAuthClient } from '../client.ts'
import { oauthError } from '../oauth-error.ts'
import { parseRedirect } from '../redirects/parse-redirect.ts'
import type { RedirectPolicy } from '../redirects/redirect-policy.ts'
import { type ClientMetadata, readMetadata } from './read-metadata.ts'

/**
 * The client that a Client ID Metadata Document describes (draft-ietf-oauth-client-id-metadata-document section 4): it
 * names itself by the URL that it was fetched from, to the letter, and has a name and redirect URIs. Since everybody can
 * read it, it can hold no secret, and a client can't be one that has a secret in common with this server.
 *
 * Of its redirect URIs those count that are allowed here, as the client can't adapt its document to this server; one
 * that could be read in two ways spoils all.
 *
 * @param url - as the client presented it
 * @throws PosternError `oauth_invalid_client_metadata`, `oauth_invalid_redirect_uri`
 */
export function readMetadataDocument(url: URL, document: unknown, policy: RedirectPolicy): OAuthClient {
  const members = new Map<string, unknown>(isObject(document) ? Object.entries(document) : [])
  if (members.get('client_id') !== url.href) refuse('Its client_id is not the URL that it was fetched from.')
  for (const secret of ['client_secret', 'client_secret_expires_at', 'registration_access_token']) {
    if (members.has(secret)) refuse(`It has a ${secret}, and everybody can read it.`)
  }
  const { name, redirectUris, grantTypes, authentication } = readMetadata(document)
  if (name === undefined) refuse('It has no client_name.')
  return Object.freeze({
    id: url.href,
    name,
    origin: 'document',
    host: url.host,
    redirectUris: allowedOf(redirectUris, policy),
    grantTypes: new Set(grantTypes),
    authentication: withoutSecret(authentication),
    scopes: undefined,
    acts: undefined,
  })
}

function withoutSecret(authentication: ClientMetadata['authentication']): OAuthClient['authentication'] {
  if (authentication.method === 'private_key_jwt') return authentication
  if (authentication.method === 'none') return { method: 'none' }
  refuse('Its token_endpoint_auth_method needs a secret, which it can’t have. Use none or private_key_jwt.')
}

function allowedOf(uris: readonly string[], policy: RedirectPolicy): readonly string[] {
  for (const uri of uris) parseRedirect(uri)
  const refusals: unknown[] = []
  const allowed = uris.filter(uri => {
    try {
      policy.check(uri)
      return true
    } catch (error) {
      refusals.push(error)
      return false
    }
  })
  if (allowed.length === 0) throw refusals[0]
  return Object.freeze(allowed)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(message: string): never {
  throw oauthError(
    'oauth_invalid_client_metadata',
    `The client’s metadata document can’t be used. ${message}`,
  )
}
