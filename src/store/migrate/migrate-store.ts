import { PosternError } from '../../errors.ts'
import type { Store, TokenRecord } from '../store.ts'
import { areRecordsCopied, copyRecords, UNFINISHED } from './copy-records.ts'

/** What was copied. */
export interface Migrated {
  readonly tokens: number
  readonly revocations: number
  readonly sealed: number
  /** OAuth clients, grants, refresh tokens and the like. */
  readonly records: number
}

/** Tokens that are copied at a time. */
const BATCH = 500
/** How often it begins again because somebody has written meanwhile. */
const ATTEMPTS = 5

/**
 * Copies everything that lasts from one store to another: the installation with its id and secret, so that the ids of
 * credentials stay, revocations, sealed credentials, tokens with their hashes, numbers, ends and uses, records with
 * their ends and lists. Counters are not copied: limits and failed sign-ins begin anew. Neither are OAuth access tokens,
 * because clients get others with their refresh tokens at once, nor records that end within ten minutes, such as codes.
 *
 * Revocations come first, so that at no time the target takes what the source refuses. An interrupted copy is gone on
 * with by copying again: a target that holds something is taken only if it became this installation before. One that was
 * finished may have been used since: then no refresh token or other record that can be used up is brought back there. At
 * the end everything is read from both and compared.
 *
 * No gateway may use the target meanwhile, nor should one use the source: what is written there too late is noticed,
 * and copied again, as long as that does not happen all the time.
 *
 * @throws PosternError `not_found` for a source that holds nothing, `conflict` for a target that is in use, and where
 *   the two differ in the end; `store_unavailable`
 */
export async function migrateStore(from: Store, to: Store): Promise<Migrated> {
  await Promise.all([from.fresh(), to.fresh()])
  if (await isEmpty(from)) {
    throw new PosternError('not_found', {
      message: 'The source holds nothing: no tokens, revocations, credentials or connections.',
    })
  }
  if (to.installation?.id !== from.installation?.id && !(await isEmpty(to))) {
    throw new PosternError('conflict', {
      message: 'The target is in use by another installation. Name one that is empty; nothing was copied.',
    })
  }
  const isUnused = await beginUnused(from, to)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { sequence } = from.revocations
    await adopt(from, to)
    const sealed = await copySealed(from, to)
    const tokens = await copyTokens(from, to)
    const records = await copyRecords(from, to, { isUnused })
    const isCopied = await areRecordsCopied(from, to, { isUnused })
    await from.fresh()
    // Whatever is minted or revoked is counted; records are not.
    if (from.revocations.sequence !== sequence || !isCopied) continue
    // What is read from now on by whoever has the target open is what was copied.
    const revocations = await adopt(from, to)
    await finish(to)
    return { tokens, revocations, sealed, records }
  }
  throw new PosternError('conflict', {
    message:
      'Somebody writes to the source or the target all the time. Stop the gateways that use them, then copy again.',
  })
}

async function isEmpty(store: Store): Promise<boolean> {
  if (store.revocations.size > 0) return false
  const [tokens, sealed, kinds] = await Promise.all([
    store.pageTokens({ limit: 1 }),
    store.listSealed(),
    store.recordKinds(),
  ])
  return tokens.length === 0 && sealed.length === 0 && kinds.every(kind => UNFINISHED.startsWith(`${kind}:`))
}

/** Whether nobody can have used the target: it is empty, or the copy that began when it was is not finished. */
async function beginUnused(from: Store, to: Store): Promise<boolean> {
  if ((await to.getRecord(UNFINISHED)) !== undefined) return true
  if (!(await isEmpty(to))) return false
  return to.commit([{ key: UNFINISHED, before: undefined, after: from.installation?.id ?? '' }])
}

async function finish(to: Store): Promise<void> {
  const before = await to.getRecord(UNFINISHED)
  if (before !== undefined) await to.commit([{ key: UNFINISHED, before, after: undefined }])
}

/** The number of revocations that both know now. */
async function adopt(from: Store, to: Store): Promise<number> {
  const { installation } = from
  if (installation === undefined) throw new PosternError('store_unavailable')
  const revocations = from.revocations.all()
  await to.adopt({ installation, sequence: from.revocations.sequence, revocations })
  await to.fresh()
  if (to.installation?.id !== installation.id || to.installation.secret !== installation.secret)
    throw differs()
  for (const { kind, value, recheck, sequence } of revocations) {
    const copied = recheck ? to.revocations.findRecheck(kind, value) : to.revocations.find(kind, value)
    if (copied === undefined || copied.sequence < sequence) throw differs()
  }
  return revocations.length
}

async function copySealed(from: Store, to: Store): Promise<number> {
  const keys = await from.listSealed()
  for (const key of keys) {
    const value = await from.getSealed(key)
    if (value !== undefined) await to.putSealed(key, value)
    if ((await to.getSealed(key)) !== value) throw differs()
  }
  return keys.length
}

async function copyTokens(from: Store, to: Store): Promise<number> {
  let count = 0
  for (let after: string | undefined; ; ) {
    const page = await from.pageTokens({ after, limit: BATCH })
    if (page.length === 0) return count
    await to.restoreTokens(page)
    const copies = await Promise.all(page.map(({ id }) => to.getToken(id)))
    if (!page.every((record, index) => isCopied(record, copies[index]))) throw differs()
    count += page.length
    after = page.at(-1)?.id
  }
}

/** Whether the copy is good no longer than its original, for nobody else and nothing more. */
function isCopied(original: TokenRecord, copy: TokenRecord | undefined): boolean {
  if (copy === undefined || copy.hash !== original.hash) return false
  const who = ({ name, subject, organization, roles, scopes, createdAt }: TokenRecord) =>
    JSON.stringify([name, subject, organization, roles, scopes, createdAt])
  const isRevoked = original.revokedAt === undefined || copy.revokedAt !== undefined
  const end = copy.expiresAt ?? Number.POSITIVE_INFINITY
  return isRevoked && end <= (original.expiresAt ?? Number.POSITIVE_INFINITY) && who(copy) === who(original)
}

function differs(): PosternError {
  return new PosternError('conflict', {
    message:
      'What was copied differs from the source: another process uses the target. Stop it, and copy again to an empty one.',
  })
}
