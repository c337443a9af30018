import { PosternError } from '../errors.ts'
import type { Revocable } from '../store/revocation.ts'
import type { Store } from '../store/store.ts'
import { isMintedId } from './minted-id.ts'

/**
 * Takes a refusal back.
 *
 * @throws PosternError `conflict` for a minted token, whose revocation is for good; `not_found` where nothing is revoked
 */
export async function lift(
  store: Pick<Store, 'liftRevocation'>,
  kind: Revocable,
  value: string,
): Promise<void> {
  if (kind === 'credential' && isMintedId(value)) {
    throw new PosternError('conflict', {
      message: 'The revocation of a minted token is for good. Make a new one instead.',
    })
  }
  if (await store.liftRevocation(kind, value)) return
  throw new PosternError('not_found', { message: 'Nothing of this kind and value is revoked.' })
}
