import { randomSecret } from '../../auth/mint-token.ts'
import { sealHeaders } from '../../auth/sealed-headers.ts'
import { PosternError } from '../../errors.ts'
import type { Grant } from '../grant.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { codeKey, codePlace, USED_CODE_LIFE, writeCode } from './code-record.ts'
import { newGrantId } from './grant-id.ts'
import type { Approved, IssuedCode } from './grants.ts'
import { familyList, grantChange, type KeptGrant } from './kept-grant.ts'
import { mintAccessToken } from './mint-access-token.ts'

/**
 * Begins a grant for what a person has approved, and gives the code for it (RFC 6749 section 4.1.2). Both are written at
 * once.
 *
 * @throws PosternError `invalid_params` for what no token can have, `store_unavailable`
 */
export async function issueCode(
  { store, now, oauth }: Pick<OAuthSurroundings, 'store' | 'now' | 'oauth'>,
  approved: Approved,
): Promise<IssuedCode> {
  await store.fresh()
  const { asOf = store.revocations.sequence } = approved
  const at = now()
  const { prefix, code: lifetime } = oauth()
  const code = `${prefix}oac_${randomSecret()}`
  const expiresAt = at + lifetime
  const grant = beginGrant(approved, at)
  // What no token can have is said now, and not once the code is spent.
  mintAccessToken(grant, { prefix, scopes: grant.scopes, given: undefined, expiresAt }, at)
  const { credential, scopes: limits } = approved.person
  const sealed = credential && sealHeaders(code, credential.headers, codePlace(grant.id))
  const kept: KeptGrant = { grant, asOf, limits, until: expiresAt + USED_CODE_LIFE }
  const record = {
    grant: grant.id,
    challenge: approved.request.codeChallenge,
    expiresAt,
    sealed,
    usedAt: undefined,
  }
  const written = await store.commit([
    grantChange(kept, undefined),
    {
      key: codeKey(code),
      before: undefined,
      after: writeCode(record),
      // A little longer, so that it is we who say that it has expired, and not the store's clock.
      expiresAt: expiresAt + USED_CODE_LIFE,
      lists: [familyList(grant.id)],
      once: true,
    },
  ])
  if (!written) throw new PosternError('internal_error', { detail: 'a new grant’s id is taken' })
  return { code, grant }
}

function beginGrant({ client, request, person, scopes }: Approved, at: number): Grant {
  const { id, name, origin, host } = client
  return Object.freeze({
    id: newGrantId(),
    client: Object.freeze({ id, name, origin, host }),
    subject: person.subject,
    organization: person.organization,
    roles: Object.freeze([...person.roles]),
    scopes: Object.freeze([...new Set(scopes)]),
    resource: request.resource,
    redirectUri: request.redirectUri,
    way: person.way,
    display: person.display,
    credential: person.credential?.id,
    createdAt: at,
    usedAt: undefined,
  })
}
