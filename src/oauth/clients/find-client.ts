import type { OAuthConfig } from '../../config/schema.ts'
import type { Records } from '../../store/records.ts'
import type { OAuthClient } from '../client.ts'
import { oauthError } from '../oauth-error.ts'
import type { RedirectPolicy } from '../redirects/redirect-policy.ts'
import { clientKey, isClientRecordId, readClientRecord } from './client-record.ts'
import { documentUrl, isDocumentId } from './document-url.ts'
import type { Documents } from './find-document.ts'
import { readMetadataDocument } from './metadata-document.ts'

/** What {@link findClient} needs. */
export interface FindNeeds {
  readonly store: Pick<Records, 'getRecord'>
  readonly oauth: Pick<OAuthConfig, 'registration'>
  readonly policy: RedirectPolicy
  readonly documents: Documents
  /** A client of the configuration; undefined where it has none of this id. */
  readonly configured: (id: string) => Promise<OAuthClient | undefined>
}

/** Who asks for a client. */
export interface FindRequest {
  readonly from: string | undefined
  readonly signal: AbortSignal
}

/**
 * The client of an id: of the configuration, of its metadata's URL, or of the store.
 *
 * @throws PosternError as `Clients.find`
 */
export async function findClient(
  id: string,
  { store, oauth, policy, documents, configured }: FindNeeds,
  { from, signal }: FindRequest,
): Promise<OAuthClient> {
  const own = await configured(id)
  if (own !== undefined) return own
  if (isDocumentId(id)) {
    if (!oauth.registration.documents) {
      throw oauthError('oauth_invalid_client', 'Clients are not named by the URL of their metadata here.')
    }
    const url = documentUrl(id)
    const document = await documents.get(url, from, signal)
    try {
      return readMetadataDocument(url, document, policy)
    } catch (error) {
      // Invalid documents are errors too, and those are never kept (the draft's section on caching).
      documents.forget(url)
      throw error
    }
  }
  const value = isClientRecordId(id) ? await store.getRecord(clientKey(id)) : undefined
  const record = value === undefined ? undefined : readClientRecord(id, value)
  if (record === undefined) {
    throw oauthError(
      'oauth_invalid_client',
      'This client is not known here. Connect anew, so that it registers.',
    )
  }
  if (record.revokedAt !== undefined) {
    throw oauthError('oauth_invalid_client', 'This client was revoked by an administrator.')
  }
  return record.client
}
