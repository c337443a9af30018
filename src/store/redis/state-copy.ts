import type { StoreKeys } from '../keys.ts'
import { conflict } from '../migrate/merge-tokens.ts'
import type { StateCopy } from '../migrate/state-copy.ts'
import { nameOf } from '../revocation.ts'
import type { TokenRecord } from '../store.ts'
import type { RedisRevocations } from './revocations.ts'
import { ADOPT, RESTORE_TOKEN } from './scripts/copy.ts'
import { goesAt, keysOf } from './token-keys.ts'

/** Revocations that one script takes at a time. */
const BATCH = 3_000

/** Takes over another store's state. Rejects with what ioredis rejects with, and with `conflict`. */
export function createRedisStateCopy(
  keys: StoreKeys,
  revocations: Pick<RedisRevocations, 'write' | 'fresh'>,
): Omit<StateCopy, 'recordKinds'> {
  async function restore(record: TokenRecord): Promise<void> {
    const { lastUsedAt, revokedAt, sequence, ...fixed } = record
    const { hash, id, createdAt, expiresAt } = fixed
    const times = [revokedAt, expiresAt, lastUsedAt].map(time => (time === undefined ? '' : String(time)))
    const about = [JSON.stringify(fixed), hash, String(createdAt), goesAt(record)]
    const values = [...about, String(sequence), ...times]
    if ((await revocations.write(RESTORE_TOKEN, keysOf(keys, record), values)) !== 1) throw conflict(id)
  }

  return {
    async adopt({ installation, sequence, revocations: said }) {
      const { id, secret, createdAt } = installation
      const about = [id, secret, String(createdAt), String(sequence)]
      for (let i = 0; i === 0 || i < said.length; i += BATCH) {
        const entries = said
          .slice(i, i + BATCH)
          .flatMap(({ sequence: number, ...word }) => [nameOf(word), JSON.stringify(word), String(number)])
        await revocations.write(ADOPT, [keys.revocations, keys.revocationsLog], [...about, ...entries])
      }
      await revocations.fresh()
    },
    async restoreTokens(records) {
      await Promise.all(records.map(restore))
    },
  }
}
