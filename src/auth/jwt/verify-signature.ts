import { type CryptoKey, compactVerify, errors, type LocalJWKSet } from 'jose'
import type { CancelSignal } from '../cancel-signal.ts'
import type { CheckedHeader } from './check-header.ts'
import type { KeyRing } from './key-ring.ts'
import { refuseJwt } from './refuse-jwt.ts'

/** Keys that are tried for a token that names none, or a name that several keys have. */
const MOST_TRIED = 4

/**
 * Verifies a compact JWS with the issuer's keys. A key is used only with the algorithm that it is for: its type,
 * curve, `alg`, `use` and `key_ops` have to fit, and RSA keys have at least 2,048 bits.
 *
 * If no key of that name is known, the issuer is asked once more, within the limits of the key ring.
 *
 * @throws PosternError `invalid_token`; `upstream_unavailable` if the keys can't be had, `cancelled`.
 */
export async function verifySignature(
  token: string,
  header: CheckedHeader,
  ring: KeyRing,
  signal: CancelSignal | undefined,
): Promise<void> {
  const known = await ring.current(signal)
  const first = await tryKeys(token, header, known)
  if (first === 'verified') return
  // Without a name nobody can tell a forged token from one that is signed with a new key.
  if (first === 'wrong' && header.kid !== undefined) refuseForged()
  const renewed = await ring.renewed(known, signal)
  const second = renewed === known ? first : await tryKeys(token, header, renewed)
  if (second === 'verified') return
  if (second === 'wrong') refuseForged()
  refuseJwt('This token is signed with a key that is not, or no longer, the issuer’s. Ask for a new one.')
}

/** `unknown`: there is no key to try. */
async function tryKeys(
  token: string,
  header: CheckedHeader,
  keys: LocalJWKSet,
): Promise<'verified' | 'wrong' | 'unknown'> {
  const candidates = await fittingKeys(header, keys)
  for (const key of candidates) {
    if (await isSignedWith(token, header, key)) return 'verified'
  }
  return candidates.length === 0 ? 'unknown' : 'wrong'
}

async function fittingKeys({ alg, kid }: CheckedHeader, keys: LocalJWKSet): Promise<readonly CryptoKey[]> {
  try {
    return [await keys(kid === undefined ? { alg } : { alg, kid })]
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return []
    const fitting: CryptoKey[] = []
    for await (const key of error) {
      if (fitting.push(key) === MOST_TRIED) break
    }
    return fitting
  }
}

async function isSignedWith(token: string, { alg }: CheckedHeader, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

function refuseForged(): never {
  refuseJwt('This token’s signature is wrong. Was all of it copied?')
}
