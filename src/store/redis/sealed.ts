import type { StoreKeys } from '../keys.ts'
import type { SealedRecords } from '../sealed-records.ts'
import type { RedisClient } from './connection.ts'
import type { RunScript } from './run-script.ts'
import { DELETE_SEALED, PUT_SEALED, REPLACE_SEALED } from './scripts/sealed.ts'

/** The sealed credentials in Redis. Rejects with what ioredis rejects with. @param write - for what is to last */
export function createRedisSealed(
  client: Pick<RedisClient, 'hget' | 'hkeys'>,
  { sealed }: Pick<StoreKeys, 'sealed'>,
  write: RunScript,
): SealedRecords {
  return {
    getSealed: async key => (await client.hget(sealed, key)) ?? undefined,
    async putSealed(key, value) {
      await write(PUT_SEALED, [sealed], [key, value])
    },
    replaceSealed: async (key, before, after) =>
      (await write(REPLACE_SEALED, [sealed], [key, before, after])) === 1,
    deleteSealed: async key => (await write(DELETE_SEALED, [sealed], [key])) === 1,
    listSealed: async () => (await client.hkeys(sealed)).sort(),
  }
}
