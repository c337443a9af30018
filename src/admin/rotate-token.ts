import type { MintedToken } from '../auth/mint-token.ts'
import { refuseRevoked } from '../auth/refuse-revoked.ts'
import { PosternError } from '../errors.ts'
import type { Store, TokenRecord } from '../store/store.ts'
import { issueToken } from './issue-token.ts'

/** Which token {@link rotateToken} replaces, and how. */
export interface RotateOptions {
  /** Id of the token that is to be replaced. */
  readonly id: string
  /** For how long the old one goes on, in milliseconds; 0: not at all. */
  readonly overlap: number
  /** What tokens of this configuration start with. */
  readonly prefix: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Puts a new token in the place of one: of the same name, subject, organisation, roles, scopes and lifetime. Without an
 * overlap the old one is revoked, which holds whatever the clocks of other instances say; else it ends.
 *
 * @throws PosternError `not_found`; `conflict` for a token that is good no longer, also because all of its subject's or
 *   organisation's were revoked: a rotation brings nobody back. `store_unavailable`: then no new token is known to anybody.
 */
export async function rotateToken(store: Store, options: RotateOptions): Promise<MintedToken> {
  const { id, overlap, prefix, now } = options
  await store.fresh()
  const old = await store.getToken(id)
  if (old === undefined) throw notFound()
  refuseEnded(old, store, now)
  const { name, subject, organization, roles, scopes, createdAt, expiresAt } = old
  const lifetime = expiresAt === undefined ? undefined : expiresAt - createdAt
  const minted = await issueToken(
    store,
    prefix,
    { name, subject, roles, scopes, ...(organization !== undefined && { organization }), lifetime },
    now,
  )
  try {
    const hasEnded = overlap === 0 ? store.revokeToken(id, now) : store.endToken(id, now + overlap)
    if (!(await hasEnded)) throw notFound()
    await refuseOvertaken(old, store, options)
  } catch (error) {
    // Nobody will ever be shown it.
    await store.revokeToken(minted.record.id, now).catch(() => {})
    throw error
  }
  return minted
}

/** Somebody may have revoked or rotated it while this went on: what was promised to them stands. */
async function refuseOvertaken(
  old: TokenRecord,
  store: Store,
  { overlap, now }: RotateOptions,
): Promise<void> {
  await store.fresh()
  const present = await store.getToken(old.id)
  const isOurs =
    overlap === 0
      ? present?.revokedAt === now
      : present?.revokedAt === undefined && present?.expiresAt === endOf(old, now + overlap)
  if (!isOurs) throw ended('somebody else has revoked or rotated it at the same time')
  // Without an overlap it is itself revoked by now.
  refuseEnded({ ...old, id: '' }, store, now)
}

function endOf({ expiresAt = Number.POSITIVE_INFINITY }: TokenRecord, end: number): number {
  return Math.min(expiresAt, end)
}

function refuseEnded(record: TokenRecord, store: Store, now: number): void {
  if (record.revokedAt !== undefined) throw ended('it is revoked')
  if (record.expiresAt !== undefined && !(now < record.expiresAt)) throw ended('it has expired')
  const { id, subject, organization, roles, scopes, sequence } = record
  const who = { subject, organization, roles, scopes, sequence, credentialId: id, client: undefined }
  try {
    refuseRevoked(
      {
        ...who,
        scheme: 'token',
        schemeIndex: 0,
        expiresAt: undefined,
        issuedAt: undefined,
        restsOn: [],
        audience: undefined,
      },
      store.revocations,
      now,
    )
  } catch (error) {
    if (error instanceof PosternError && error.code === 'invalid_token') throw ended('it is revoked')
    throw error
  }
}

function ended(why: string): PosternError {
  return new PosternError('conflict', { message: `This token can’t be rotated: ${why}. Make a new one.` })
}

function notFound(): PosternError {
  return new PosternError('not_found', { message: 'There is no token of this id.' })
}
