import type { Records } from '../../store/records.ts'
import { grantKey, type ReadGrant, readGrant } from '../grants/kept-grant.ts'
import { refuseGrant } from './refuse-grant.ts'

/**
 * The grant that a code or refresh token names; whether it was revoked is another question.
 *
 * @param id - `gra_…`
 * @throws PosternError `oauth_invalid_grant` where it has ended, `store_unavailable`
 */
export async function findGrant(store: Pick<Records, 'getRecord'>, id: string): Promise<ReadGrant> {
  const text = await store.getRecord(grantKey(id))
  if (text === undefined) refuseGrant(`the grant ${id} has ended`)
  return readGrant(text)
}
