import { PosternError } from '../errors.ts'
import { newInstallation } from './installation.ts'
import { createMemoryCounters } from './memory-counters.ts'
import { createMemorySealed } from './memory-sealed.ts'
import { RevocationIndex } from './revocation-index.ts'
import type { Store, TokenRecord } from './store.ts'

/** Keeps everything in this process only: lost at exit, seen by nobody else. For tests and trials. */
export function createMemoryStore(): Store {
  const byHash = new Map<string, TokenRecord>()
  const hashOf = new Map<string, string>()
  const counters = createMemoryCounters()
  const revocations = new RevocationIndex()

  const byAge = () => [...byHash.values()].sort((a, b) => a.createdAt - b.createdAt)

  function replace(id: string, change: (record: TokenRecord) => TokenRecord): boolean {
    const hash = hashOf.get(id)
    const record = hash === undefined ? undefined : byHash.get(hash)
    if (record === undefined) return false
    const next = change(record)
    if (next !== record) byHash.set(record.hash, Object.freeze(next))
    return true
  }

  return {
    fresh() {},
    revocations,
    installation: newInstallation(),
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
          sequence: ++revocations.sequence,
        }),
      )
    },
    findToken: hash => byHash.get(hash),
    async getToken(id) {
      return byHash.get(hashOf.get(id) ?? '')
    },
    async listTokens() {
      return byAge()
    },
    async pageTokens({ subject, after, limit }) {
      const start = after === undefined ? 0 : byAge().findIndex(({ id }) => id === after) + 1
      if (after !== undefined && start === 0) return []
      const rest = byAge().slice(start)
      return rest.filter(record => subject === undefined || record.subject === subject).slice(0, limit)
    },
    async revokeToken(id, at) {
      return replace(id, record => (record.revokedAt === undefined ? { ...record, revokedAt: at } : record))
    },
    async endToken(id, expiresAt) {
      return replace(id, record =>
        record.expiresAt !== undefined && record.expiresAt <= expiresAt ? record : { ...record, expiresAt },
      )
    },
    touchToken(id, at) {
      replace(id, record => (at - (record.lastUsedAt ?? 0) < 60_000 ? record : { ...record, lastUsedAt: at }))
    },
    async revoke(revocation) {
      const said = Object.freeze({ ...revocation, sequence: ++revocations.sequence })
      revocations.add([said])
      return said
    },
    async liftRevocation(kind, value) {
      if (revocations.find(kind, value) === undefined) return false
      revocations.remove(kind, value)
      revocations.sequence++
      return true
    },
    spend: charges => counters.spend(charges),
    ...createMemorySealed(),
    async ready() {},
    async close() {},
  }
}
