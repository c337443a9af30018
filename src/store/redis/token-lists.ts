import type { StoreKeys } from '../keys.ts'
import type { Store, TokenQuery, TokenRecord } from '../store.ts'
import type { RedisClient } from './connection.ts'

/** Tokens that are read at a time where all of them are wanted. */
const BATCH = 500

/**
 * What lists and administration read of the tokens in Redis, past everything that is kept. Rejects with what ioredis
 * rejects with.
 *
 * @param read - the record of a hash
 */
export function createRedisTokenLists(
  client: RedisClient,
  keys: StoreKeys,
  read: (hash: string) => Promise<TokenRecord | undefined>,
): Pick<Store, 'getToken' | 'listTokens' | 'pageTokens'> {
  const hashOf = (id: string) => client.get(keys.tokenId(id))

  async function readAll(hashes: readonly string[]): Promise<TokenRecord[]> {
    const records = await Promise.all(hashes.map(read))
    return records.filter(record => record !== undefined)
  }

  /** How many are older than the first of a page, undefined where that has none. */
  async function startOf(list: string, after: string | undefined): Promise<number | undefined> {
    if (after === undefined) return 0
    const hash = await hashOf(after)
    const rank = hash === null ? null : await client.zrank(list, hash)
    return rank === null ? undefined : rank + 1
  }

  return {
    async getToken(id) {
      const hash = await hashOf(id)
      return hash === null ? undefined : read(hash)
    },
    async listTokens() {
      const hashes = await client.zrange(keys.tokens, 0, '-1')
      const records: TokenRecord[] = []
      for (let i = 0; i < hashes.length; i += BATCH) {
        records.push(...(await readAll(hashes.slice(i, i + BATCH))))
      }
      return records
    },
    async pageTokens({ subject, after, limit }: TokenQuery) {
      const list = subject === undefined ? keys.tokens : keys.tokensOf(subject)
      const start = await startOf(list, after)
      if (start === undefined) return []
      return readAll(await client.zrange(list, String(start), String(start + limit - 1)))
    },
  }
}
