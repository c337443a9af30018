import { type KeptRecord, MOST_CHANGES, type RecordChange, type RecordKey } from '../records.ts'
import type { Store } from '../store.ts'

/** What {@link copyRecords} may take for granted. */
export interface CopyRecordsOptions {
  /**
   * Nobody has used the target, so it becomes as the source is. Else what can be used up (`once`) is not put back into
   * it: it may have been used there.
   */
  readonly isUnused: boolean
}

/** Says in a store that a copy into it is not finished, and nobody has used it; it is not copied itself. */
export const UNFINISHED = 'copy:unfinished'

/** Records that are read at a time. */
const BATCH = 100
/**
 * What ends within so many milliseconds is left where it is: whoever is just signing in begins again. So no clock has to
 * agree with another.
 */
const SOON = 600_000

/**
 * Copies records with their ends and lists, and returns how many there are. What the target has besides stays, unless
 * it is unused.
 *
 * @throws PosternError `store_unavailable`
 */
export async function copyRecords(from: Store, to: Store, { isUnused }: CopyRecordsOptions): Promise<number> {
  const soon = Date.now() + SOON
  let count = 0
  for await (const records of pagesOf(from, soon)) {
    const present = await Promise.all(records.map(({ key }) => to.getRecord(key)))
    const changes = records.map((record, at) => toChange(record, present[at], isUnused))
    await commitAll(
      to,
      changes.filter(change => change !== undefined),
    )
    count += records.length
  }
  if (isUnused) await removeOthers(from, to, soon)
  return count
}

/**
 * Whether the target has what {@link copyRecords} puts there, by what both say now.
 *
 * @throws PosternError `store_unavailable`
 */
export async function areRecordsCopied(
  from: Store,
  to: Store,
  { isUnused }: CopyRecordsOptions,
): Promise<boolean> {
  const soon = Date.now() + SOON
  const copies = recordsOf(to, soon)
  let copy = await copies.next()
  for await (const record of recordsOf(from, soon)) {
    // Both are in the order of their keys.
    while (!copy.done && copy.value.key < record.key) {
      if (isUnused) return false
      copy = await copies.next()
    }
    if (!copy.done && copy.value.key === record.key) {
      if (!isSame(record, copy.value)) return false
      copy = await copies.next()
    } else if (isUnused || !record.once) {
      return false
    }
  }
  return copy.done === true || !isUnused
}

/** What makes the target's record the same; undefined: it stays as it is. */
function toChange(
  { key, value, expiresAt, lists, once }: KeptRecord,
  before: string | undefined,
  isUnused: boolean,
): RecordChange | undefined {
  if (isUnused || !once || before === value) return { key, before, after: value, expiresAt, lists, once }
  // Of two states of what can be used up nobody knows the later one.
  return before === undefined ? undefined : { key, before, after: undefined }
}

/** What was used up or deleted in the source since it was copied. */
async function removeOthers(from: Store, to: Store, soon: number): Promise<void> {
  for await (const records of pagesOf(to, soon)) {
    const originals = await Promise.all(records.map(({ key }) => from.getRecord(key)))
    const gone = records.filter((_, at) => originals[at] === undefined)
    await commitAll(
      to,
      gone.map(({ key, value }) => ({ key, before: value, after: undefined })),
    )
  }
}

/** Where another process is at it too, this does nothing, and comparing tells. */
async function commitAll(to: Store, changes: readonly RecordChange[]): Promise<void> {
  for (let i = 0; i < changes.length; i += MOST_CHANGES) await to.commit(changes.slice(i, i + MOST_CHANGES))
}

async function* recordsOf(store: Store, soon: number): AsyncGenerator<KeptRecord, undefined> {
  for await (const page of pagesOf(store, soon)) yield* page
  return undefined
}

/** All that lasts longer than `soon`, in the order of the keys. */
async function* pagesOf(store: Store, soon: number): AsyncGenerator<readonly KeptRecord[], undefined> {
  for (const kind of await store.recordKinds()) {
    for (let after: RecordKey | undefined, isOver = false; !isOver; ) {
      const page = await store.pageRecords({ kind, after, limit: BATCH })
      const lasts = ({ key, expiresAt = Number.POSITIVE_INFINITY }: KeptRecord) =>
        key !== UNFINISHED && expiresAt > soon
      yield page.filter(lasts)
      isOver = page.length < BATCH
      after = page.at(-1)?.key
    }
  }
  return undefined
}

function isSame(record: KeptRecord, copy: KeptRecord): boolean {
  const contentOf = ({ value, expiresAt, lists, once }: KeptRecord) =>
    JSON.stringify([value, expiresAt, lists, once])
  return contentOf(record) === contentOf(copy)
}
