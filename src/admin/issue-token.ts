import { type MintedToken, type MintTokenOptions, mintToken } from '../auth/mint-token.ts'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** What a new token shall be, whoever asks for it: the command line or the API. */
export interface TokenRequest extends Omit<MintTokenOptions, 'prefix' | 'expiresAt'> {
  /** In milliseconds from now; undefined for one that does not end. */
  readonly lifetime?: number | undefined
}

/**
 * Mints a token and keeps it.
 *
 * @param prefix - what tokens of this configuration start with; undefined where none are taken
 * @throws PosternError `configuration_invalid` where none are taken, `invalid_params`, `store_unavailable`
 */
export async function issueToken(
  store: Pick<Store, 'createToken'>,
  prefix: string | undefined,
  { lifetime, ...request }: TokenRequest,
  now: number,
): Promise<MintedToken> {
  if (prefix === undefined) {
    throw new PosternError('configuration_invalid', {
      message: 'This configuration does not accept tokens minted by Postern. Add `- type: token` under auth.',
    })
  }
  const minted = mintToken(
    { ...request, prefix, ...(lifetime !== undefined && { expiresAt: now + lifetime }) },
    now,
  )
  await store.createToken(minted.record)
  return minted
}
