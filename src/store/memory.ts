import { PosternError } from '../errors.ts'
import { createMemoryCounters } from './memory-counters.ts'
import type { Store, TokenRecord } from './store.ts'

/** Keeps tokens and counters in this process only: lost at exit, seen by nobody else. For tests and trials. */
export function createMemoryStore(): Store {
  const byHash = new Map<string, TokenRecord>()
  const hashOf = new Map<string, string>()
  const counters = createMemoryCounters()

  function replace(id: string, change: (record: TokenRecord) => TokenRecord): boolean {
    const hash = hashOf.get(id)
    const record = hash === undefined ? undefined : byHash.get(hash)
    if (record === undefined) return false
    const next = change(record)
    if (next !== record) byHash.set(record.hash, Object.freeze(next))
    return true
  }

  return {
    async createToken(record) {
      if (hashOf.has(record.id) || byHash.has(record.hash)) {
        throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
      }
      hashOf.set(record.id, record.hash)
      byHash.set(
        record.hash,
        Object.freeze({
          ...record,
          roles: Object.freeze([...record.roles]),
          scopes: Object.freeze([...record.scopes]),
        }),
      )
    },
    findToken: hash => byHash.get(hash),
    async listTokens() {
      return [...byHash.values()].sort((a, b) => a.createdAt - b.createdAt)
    },
    async revokeToken(id, at) {
      return replace(id, record => (record.revokedAt === undefined ? { ...record, revokedAt: at } : record))
    },
    touchToken(id, at) {
      replace(id, record => (at - (record.lastUsedAt ?? 0) < 60_000 ? record : { ...record, lastUsedAt: at }))
    },
    spend: charges => counters.spend(charges),
    async ready() {},
    async close() {},
  }
}
