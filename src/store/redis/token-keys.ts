import type { StoreKeys } from '../keys.ts'
import { KEPT_AFTER_END } from '../oauth-part.ts'
import type { TokenRecord } from '../store.ts'

/** The keys that hold one token, its record and its id, then the lists that it is in: none for an OAuth access token. */
export function keysOf(
  keys: StoreKeys,
  { hash, id, subject, oauth }: Pick<TokenRecord, 'hash' | 'id' | 'subject' | 'oauth'>,
): string[] {
  const lists = oauth === undefined ? [keys.tokens, keys.tokensOf(subject)] : []
  return [keys.token(hash), keys.tokenId(id), ...lists]
}

/** When a token's keys go by themselves, in milliseconds since the epoch as a script takes it; empty: never. */
export function goesAt({ oauth, expiresAt }: Pick<TokenRecord, 'oauth' | 'expiresAt'>): string {
  return oauth === undefined || expiresAt === undefined ? '' : String(Math.ceil(expiresAt) + KEPT_AFTER_END)
}
