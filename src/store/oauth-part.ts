import { PosternError } from '../errors.ts'
import type { OAuthPart } from './store.ts'

/** For how long the store keeps an OAuth access token that has expired, in milliseconds: whoever shows it is told so. */
export const KEPT_AFTER_END = 3_600_000

/**
 * What of a token's record is of the authorization server, frozen.
 *
 * @param value - as it was kept, or given
 * @throws PosternError `store_unavailable` if it is not what was written there
 */
export function readOAuthPart(value: unknown): OAuthPart {
  const { grant, client, resource, credential, sealed } = membersOf(value)
  if (!isText(grant) || !isText(client) || !isText(resource)) throw unreadable()
  if (!isTextOrNothing(credential) || !isTextOrNothing(sealed)) throw unreadable()
  return Object.freeze({ grant, client, resource, credential, sealed })
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw unreadable()
  return { ...value }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrNothing(value: unknown): value is string | undefined {
  return value === undefined || isText(value)
}

function unreadable(): PosternError {
  return new PosternError('store_unavailable', {
    detail: 'an OAuth token in the store is not what was written there',
  })
}
