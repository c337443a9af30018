import type { Records } from '../../store/records.ts'
import type { OAuthClient } from '../client.ts'
import { oauthError } from '../oauth-error.ts'
import { clientKey, readClientRecord, writeClientRecord } from './client-record.ts'

/**
 * Notes that somebody approved a client: from then on its record does not expire. Nothing happens to clients that are
 * not registered, and to those that were noted before.
 *
 * @param now - milliseconds since the epoch
 * @throws PosternError `oauth_invalid_client` for one that is gone: it came too late; `store_unavailable`
 */
export async function keepClient(
  store: Pick<Records, 'getRecord' | 'commit'>,
  { id, origin }: Pick<OAuthClient, 'id' | 'origin'>,
  now: number,
): Promise<void> {
  if (origin !== 'registered') return
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await store.getRecord(clientKey(id))
    const record = before === undefined ? undefined : readClientRecord(id, before)
    if (record === undefined) break
    if (record.usedAt !== undefined) return
    const after = writeClientRecord({ ...record, usedAt: now })
    const change = { key: clientKey(id), before, after, expiresAt: undefined, lists: ['registered'] }
    if (await store.commit([change])) return
  }
  throw oauthError(
    'oauth_invalid_client',
    'This client registered too long ago without being connected, and was forgotten. Start again from your client.',
  )
}

/** Others that note the same at the same time are the only ones who write. */
const ATTEMPTS = 3
