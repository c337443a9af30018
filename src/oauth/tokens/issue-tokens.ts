import { randomSecret } from '../../auth/mint-token.ts'
import { type GivenHeaders, sealHeaders } from '../../auth/sealed-headers.ts'
import { PosternError } from '../../errors.ts'
import type { RecordChange } from '../../store/records.ts'
import type { TokenRecord } from '../../store/store.ts'
import { familyList, grantChange, isGrantRevoked, type KeptGrant } from '../grants/kept-grant.ts'
import { mintAccessToken } from '../grants/mint-access-token.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { GivenToken } from './give-token.ts'
import { givenKey, refreshKey, refreshPlace, writeRefresh } from './refresh-record.ts'
import { refuseGrant } from './refuse-grant.ts'

/** What tokens may be given for: all that was read and checked, and what spends it. */
export interface Entitlement {
  /** As it shall be from now on; what is only kept of it (`usedAt`, `until`) is brought up to date here. */
  readonly kept: KeptGrant
  /** What its record holds; undefined where the grant begins with these tokens. */
  readonly text: string | undefined
  /** Of the access token; at least one. */
  readonly scopes: readonly string[]
  /** Request headers of the product's credential; undefined where the grant rests on none. */
  readonly given: GivenHeaders | undefined
  /** Spends the code, refresh token or assertion: what it must still be, and what becomes of it. */
  readonly spends: readonly RecordChange[]
}

/** What {@link issueTokens} is asked for. */
export interface IssueRequest {
  readonly isRefreshable: boolean
  /** Reads and checks; asked again where somebody else was faster. @throws what the client is answered */
  readonly check: () => Promise<Entitlement>
}

/**
 * Gives an access token, and where the client may have one a refresh token.
 *
 * The order makes sure that nothing is given that a concurrent revocation would have ended. The token is saved first,
 * with the store's number; nobody knows it yet. Then it is learnt what was revoked until now: a word about a whole
 * subject that comes later has a higher number than the token and ends it. Then the code or refresh token is spent and
 * the grant's record changed, in one commit, which fails if anybody has spent the one or deleted the other. Only who
 * has succeeded in all of it knows the token; one that nobody knows harms nobody and expires.
 *
 * If the store fails in between, the code or refresh token is not spent, and the client can try again.
 */
export async function issueTokens(
  surroundings: OAuthSurroundings,
  { isRefreshable, check }: IssueRequest,
): Promise<GivenToken> {
  const { store, now } = surroundings
  await store.fresh()
  let entitled = await check()
  const prepared = prepareTokens(surroundings, entitled, isRefreshable)
  await store.createToken(prepared.record)
  for (let left = MOST_TRIES; left > 0; left--) {
    await store.fresh()
    refuseRevokedGrant(surroundings, entitled.kept)
    const kept = { ...entitled.kept, ...afterUse(entitled.kept, prepared, now()) }
    const changes = [...entitled.spends, ...prepared.changes, grantChange(kept, entitled.text)]
    if (await store.commit(changes)) return prepared.token
    entitled = await check()
  }
  throw new PosternError('store_unavailable', {
    detail: 'many want tokens of one grant at once',
    headers: { 'Retry-After': '1' },
  })
}

/**
 * Refuses whoever relies on a grant that was revoked, as of the last `Store.fresh`.
 *
 * @throws PosternError `oauth_invalid_grant`
 */
export function refuseRevokedGrant({ store, now }: OAuthSurroundings, kept: KeptGrant): void {
  if (now() < kept.until && !isGrantRevoked(kept, store.revocations, now())) return
  refuseGrant(`the grant ${kept.grant.id} has ended`)
}

/** Of those who refresh at once one spends the token and the others follow; each step loses to few. */
const MOST_TRIES = 20
/** Times that are only kept are rounded up, so that those who refresh at once don't all change the record. */
const STEP = 5 * 60_000
const USED_STEP = 60_000

interface Prepared {
  readonly token: GivenToken
  readonly record: TokenRecord
  readonly changes: readonly RecordChange[]
  /** The latest end of both, in milliseconds since the epoch. */
  readonly until: number
}

function prepareTokens(
  { now, oauth }: OAuthSurroundings,
  { kept: { grant }, scopes, given }: Entitlement,
  isRefreshable: boolean,
): Prepared {
  const at = now()
  const { prefix, accessToken, refreshToken: refreshLifetime, connection } = oauth()
  const left = connection === undefined ? Number.POSITIVE_INFINITY : grant.createdAt + connection - at
  if (!(left > 0)) refuseGrant(`the grant ${grant.id} has reached the age that a connection may have`)
  const lifetime = Math.min(accessToken, left)
  const expiresAt = at + lifetime
  const minted = mintAccessToken(grant, { prefix, scopes, given, expiresAt }, at)
  const refreshToken = isRefreshable ? `${prefix}ort_${randomSecret()}` : undefined
  const refreshUntil = at + Math.min(refreshLifetime, left)
  const token = {
    accessToken: minted.token,
    lifetime,
    scopes: minted.record.scopes,
    refreshToken,
    subject: grant.subject,
    organization: grant.organization,
    grant: grant.id,
  }
  if (refreshToken === undefined) return { token, record: minted.record, changes: [], until: expiresAt }
  const common = {
    before: undefined,
    expiresAt: refreshUntil,
    lists: [familyList(grant.id)],
    once: true,
  }
  const record = { grant: grant.id, until: refreshUntil, usedAt: undefined }
  const changes: RecordChange[] = [{ ...common, key: refreshKey(refreshToken), after: writeRefresh(record) }]
  if (given !== undefined) {
    const sealed = sealHeaders(refreshToken, given, refreshPlace(grant.id))
    changes.push({ ...common, key: givenKey(refreshToken), after: sealed })
  }
  return { token, record: minted.record, changes, until: Math.max(expiresAt, refreshUntil) }
}

/** What changes of a grant with each use; the same again for a while. */
function afterUse(
  { grant, until }: KeptGrant,
  prepared: Prepared,
  at: number,
): Pick<KeptGrant, 'grant' | 'until'> {
  const { usedAt } = grant
  const isKnown = usedAt !== undefined && Math.abs(at - usedAt) < USED_STEP
  return {
    grant: isKnown ? grant : { ...grant, usedAt: at },
    until: Math.max(until, Math.ceil(prepared.until / STEP) * STEP),
  }
}
