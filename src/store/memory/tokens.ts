import { PosternError } from '../../errors.ts'
import { mergeTokens } from '../migrate/merge-tokens.ts'
import type { StateCopy } from '../migrate/state-copy.ts'
import { KEPT_AFTER_END, readOAuthPart } from '../oauth-part.ts'
import type { Store, TokenRecord } from '../store.ts'

/** The part of a store that is about tokens, but for saying what became of them. */
export type TokenKeeper = Pick<
  Store,
  | 'createToken'
  | 'findToken'
  | 'getToken'
  | 'listTokens'
  | 'pageTokens'
  | 'revokeToken'
  | 'endToken'
  | 'touchToken'
> &
  Pick<StateCopy, 'restoreTokens'>

/** How many tokens are looked at, for OAuth tokens that ended long ago, whenever one is made. */
const SWEPT = 4

/**
 * Keeps tokens in this process only.
 *
 * @param nextSequence - the next number of the store's count
 * @param now - milliseconds since the epoch
 */
export function createMemoryTokens(nextSequence: () => number, now: () => number): TokenKeeper {
  const byHash = new Map<string, TokenRecord>()
  const hashOf = new Map<string, string>()
  let sweeping = byHash.values()
  const byAge = () =>
    [...byHash.values()].filter(({ oauth }) => oauth === undefined).sort((a, b) => a.createdAt - b.createdAt)

  function put(record: TokenRecord): void {
    hashOf.set(record.id, record.hash)
    const lists = { roles: Object.freeze([...record.roles]), scopes: Object.freeze([...record.scopes]) }
    const oauth = record.oauth === undefined ? {} : { oauth: readOAuthPart(record.oauth) }
    byHash.set(record.hash, Object.freeze({ ...record, ...lists, ...oauth }))
  }

  function sweep(): void {
    for (let i = 0; i < SWEPT; i++) {
      const next = sweeping.next()
      if (next.done) {
        sweeping = byHash.values()
        return
      }
      const { id, hash, oauth, expiresAt = Number.POSITIVE_INFINITY } = next.value
      if (oauth === undefined || expiresAt + KEPT_AFTER_END > now()) continue
      hashOf.delete(id)
      byHash.delete(hash)
    }
  }

  function replace(id: string, change: (record: TokenRecord) => TokenRecord): boolean {
    const record = byHash.get(hashOf.get(id) ?? '')
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
      put({ ...record, sequence: nextSequence() })
      sweep()
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
    async restoreTokens(records) {
      for (const record of records) {
        const known = byHash.get(hashOf.get(record.id) ?? record.hash)
        put(known === undefined ? record : mergeTokens(known, record))
      }
    },
  }
}
