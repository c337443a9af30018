import { PosternError } from '../errors.ts'
import type { Revocable } from '../store/revocation.ts'
import type { Store } from '../store/store.ts'
import { endsForGood } from './ends-for-good.ts'

/**
 * Takes a refusal back.
 *
 * @throws PosternError `conflict` for a minted token and a connection, whose revocations are for good; `not_found` where
 *   nothing is revoked
 */
export async function lift(
  store: Pick<Store, 'liftRevocation'>,
  kind: Revocable,
  value: string,
): Promise<void> {
  if (kind === 'credential' && endsForGood(value)) {
    throw new PosternError('conflict', {
      message:
        'The revocation of a minted token or a connection is for good. Make a new token, or connect again.',
    })
  }
  if (await store.liftRevocation(kind, value)) return
  throw new PosternError('not_found', { message: 'Nothing of this kind and value is revoked.' })
}
