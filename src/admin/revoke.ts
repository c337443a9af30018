import { PosternError } from '../errors.ts'
import type { NewRevocation, Revocation } from '../store/revocation.ts'
import type { Store } from '../store/store.ts'
import { isMintedId } from './minted-id.ts'

/**
 * Revokes, and resolves once the store has confirmed. A minted token is revoked for good, whatever else was said.
 *
 * @throws PosternError `not_found` for a minted token that does not exist, `invalid_params` for an end that has passed,
 *   `store_unavailable`
 */
export async function revoke(
  store: Pick<Store, 'revoke' | 'revokeToken'>,
  revocation: NewRevocation,
): Promise<Omit<Revocation, 'sequence'>> {
  const { kind, value, recheck, at, until } = revocation
  if (until !== undefined && until <= at) {
    throw new PosternError('invalid_params', { message: 'This can’t be done: its end has passed.' })
  }
  if (kind !== 'credential' || !isMintedId(value) || recheck) return store.revoke(revocation)
  if (await store.revokeToken(value, at)) return revocation
  throw new PosternError('not_found', { message: 'There is no token of this id. Nothing was revoked.' })
}
