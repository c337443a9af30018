import type { StateCopy } from '../migrate/state-copy.ts'
import type { KeptRecord, RecordChange, Records } from '../records.ts'
import { checkChanges } from '../rules/check-changes.ts'

/** How many records are looked at, for those that have expired, with every change. */
const SWEPT = 4

/** Keeps records in this process only. @param now - milliseconds since the epoch */
export function createMemoryRecords(now: () => number): Records & Pick<StateCopy, 'recordKinds'> {
  const records = new Map<string, KeptRecord>()
  let sweeping = records.values()

  function find(key: string): KeptRecord | undefined {
    const record = records.get(key)
    return record === undefined || hasExpired(record.expiresAt, now()) ? undefined : record
  }

  function make({ key, after, expiresAt, lists = [], once = false }: RecordChange): void {
    if (after === undefined || hasExpired(expiresAt, now())) {
      records.delete(key)
      return
    }
    const known = find(key) ?? { lists: Object.freeze([...new Set(lists)]), once }
    records.set(key, Object.freeze({ key, value: after, expiresAt, lists: known.lists, once: known.once }))
  }

  /** Expired records go little by little, so that there are never many more than are in use. */
  function sweep(count: number): void {
    for (let i = 0; i < count; i++) {
      const next = sweeping.next()
      if (next.done) {
        sweeping = records.values()
        return
      }
      if (hasExpired(next.value.expiresAt, now())) records.delete(next.value.key)
    }
  }

  return {
    async getRecord(key) {
      return find(key)?.value
    },
    async commit(changes) {
      checkChanges(changes)
      if (changes.some(({ key, before }) => find(key)?.value !== before)) return false
      for (const change of changes) make(change)
      sweep(changes.length * SWEPT)
      return true
    },
    async recordKinds() {
      const starts = [...records.keys()].filter(key => find(key) !== undefined).map(startOf)
      return [...new Set(starts)].sort().map(start => start.slice(0, -1))
    },
    async pageRecords({ kind, list, after, limit }) {
      const isWanted = ({ key, lists, expiresAt }: KeptRecord) =>
        key.startsWith(`${kind}:`) &&
        (after === undefined || key > after) &&
        (list === undefined || lists.includes(list)) &&
        !hasExpired(expiresAt, now())
      const found = [...records.values()].filter(isWanted)
      return found.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit)
    },
  }
}

/** Kind and colon. */
function startOf(key: string): string {
  return key.slice(0, key.indexOf(':') + 1)
}

function hasExpired(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}
