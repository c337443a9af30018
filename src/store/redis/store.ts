import type { Config } from '../../config/config.ts'
import type { StoreConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { storeKeys } from '../keys.ts'
import { createTouchBuffer } from '../process/touch-buffer.ts'
import type { Store } from '../store.ts'
import { openRedisAccess, type RedisAccess } from './access.ts'
import { createRedisCounters } from './counters.ts'
import { createRedisRecords } from './records.ts'
import { RedisRevocations } from './revocations.ts'
import { READ_VERSION } from './scripts/state.ts'
import { createRedisSealed } from './sealed.ts'
import { createRedisStateCopy } from './state-copy.ts'
import { createRedisTokens } from './tokens.ts'

/** Where Redis is, and what this installation's keys begin with. */
export type RedisStoreOptions = Omit<
  Extract<StoreConfig, { type: 'redis' }>,
  'type' | 'onUnavailable' | 'stale'
> &
  Partial<Pick<Config, 'directory'>> & {
    /** How long one command may take, in milliseconds; default one second. */
    readonly commandTimeout?: number
    /** The time of counters in milliseconds, for tests; default: the server's own. */
    readonly counterClock?: () => number
  }

/**
 * Keeps tokens, revocations, sealed credentials and counters in Redis, for several gateways, under the keys of
 * `../keys.ts`.
 *
 * `fresh` asks Redis for every request; see `revocations.ts` for what makes that cheap, and for what happens when
 * Redis has lost something. A command that fails or takes longer than `commandTimeout` is `store_unavailable`, and so
 * is every command while there is no connection; it is rebuilt in the background. How durable an answered write is
 * follows from Redis's own settings (`appendonly`, `appendfsync`) and from `replicas`; reads never go to a replica,
 * which may lag behind a revocation.
 *
 * Resolves when connected, or after `commandTimeout` without a connection: start-up never waits for Redis. On an empty
 * server it takes 0.8 s longer, in which those who know what was on it bring it back.
 *
 * @throws PosternError `configuration_invalid` if the options name no server or several, or TLS files can't be used
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { commandTimeout = 1_000, replicas = 0 } = options
  const keys = storeKeys(options.keyPrefix)
  const access = await openRedisAccess({ ...options, commandTimeout }, replicas, keys.version)
  const { client, run, ask } = access
  const counters = createRedisCounters({ run, keys, ask, clock: options.counterClock })
  const sealed = createRedisSealed(client, keys, access.write)
  const revocations = new RedisRevocations({
    keys,
    run,
    write: access.write,
    readVersion: () => readVersion(access, keys.version),
    ask,
    onLearnt: said => tokens.forget(said),
    onBroughtBack: said => tokens.markRevoked(said),
  })
  const tokens = createRedisTokens({ client, keys, run, revocations })
  const touches = createTouchBuffer({
    async write(batch) {
      await Promise.all([...batch].map(([id, at]) => tokens.touch(id, at)))
    },
  })
  const records = createRedisRecords({ client, keys, run, revocations })
  const copy = createRedisStateCopy(keys, revocations)
  const fresh = () => revocations.fresh()

  await revocations.start()
  return {
    fresh,
    revocations: revocations.known,
    get installation() {
      return revocations.installation
    },
    createToken: record =>
      ask(async () => {
        if (await tokens.create(record)) return
        throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
      }),
    findToken(hash) {
      const found = tokens.find(hash)
      return found instanceof Promise ? ask(() => found) : found
    },
    getToken: id => ask(() => tokens.lists.getToken(id)),
    listTokens: () => ask(tokens.lists.listTokens),
    pageTokens: query => ask(() => tokens.lists.pageTokens(query)),
    revokeToken: (id, at) => ask(() => tokens.revoke(id, at)),
    endToken: (id, expiresAt) => ask(() => tokens.end(id, Date.now(), expiresAt)),
    touchToken: touches.note,
    revoke: revocation => ask(() => revocations.revoke(revocation)),
    liftRevocation: (kind, value) => ask(() => revocations.lift(kind, value)),
    spend: charges => counters.spend(charges),
    getSealed: key => ask(() => sealed.getSealed(key)),
    putSealed: (key, value) => ask(() => sealed.putSealed(key, value)),
    replaceSealed: (key, before, after) => ask(() => sealed.replaceSealed(key, before, after)),
    deleteSealed: key => ask(() => sealed.deleteSealed(key)),
    listSealed: () => ask(sealed.listSealed),
    getRecord: key => ask(() => records.getRecord(key)),
    commit: changes => ask(() => records.commit(changes)),
    pageRecords: query => ask(() => records.pageRecords(query)),
    recordKinds: () => ask(records.recordKinds),
    adopt: state => ask(() => copy.adopt(state)),
    restoreTokens: records => ask(() => copy.restoreTokens(records)),
    ready: fresh,
    async close() {
      revocations.close()
      await touches.close()
      access.close()
    },
  }
}

async function readVersion({ run }: RedisAccess, key: string): Promise<string | null> {
  const version = await run(READ_VERSION, [key], [])
  return typeof version === 'string' ? version : null
}
