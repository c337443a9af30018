import type { Principal } from '../../auth/principal.ts'
import { refuseRevoked } from '../../auth/refuse-revoked.ts'
import { createOAuthScheme } from '../../auth/schemes/oauth.ts'
import { PosternError } from '../../errors.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/**
 * Whom an access token of this authorization server speaks for, by what the MCP endpoints go by: the opaque ones and
 * the JWTs of machines, as of now. Undefined for every other text, and for what has expired or was revoked.
 *
 * @throws PosternError `store_unavailable`
 */
export async function readAccessToken(
  { store, oauth, signing, baseUrl, now }: OAuthSurroundings,
  token: string,
): Promise<Principal | undefined> {
  if (!BEARER.test(token)) return undefined
  await store.fresh()
  // Made anew each time, as the configuration may be another one; what it would remember is not worth keeping here.
  const site = { baseUrl, pathOf: () => undefined, keys: signing()?.published }
  const scheme = createOAuthScheme({ config: oauth(), index: 0, store, site, now })
  try {
    const caller = await scheme.authenticate(new Map([['authorization', `Bearer ${token}`]]), undefined)
    if (caller === undefined) return undefined
    refuseRevoked(caller.principal, store.revocations, now())
    return caller.principal
  } catch (error) {
    if (error instanceof PosternError && error.status < 500) return undefined
    throw error
  }
}

/** RFC 6750 section 2.1: nothing that a header would have to be tidied of. */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/
