import type { Config } from '../config/config.ts'
import type { StoreConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'
import { storeKeys } from './keys.ts'
import { connectRedis, lastConnectionError, type RedisClient } from './redis-connection.ts'
import { createRedisCounters } from './redis-counters.ts'
import { createRedisRevocations } from './redis-revocations.ts'
import { REPLACE_SEALED } from './redis-scripts.ts'
import { createRedisTokens } from './redis-tokens.ts'
import { createScriptRunner } from './run-script.ts'
import type { Store } from './store.ts'
import { createTouchBuffer } from './touch-buffer.ts'

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
 * `keys.ts`.
 *
 * `fresh` asks Redis for every request; see `redis-revocations.ts` for what makes that cheap, and for what happens when
 * Redis has lost something. A command that fails or takes longer than `commandTimeout` is `store_unavailable`, and so
 * is every command while there is no connection; it is rebuilt in the background. How durable an answered write is
 * follows from Redis's own settings (`appendonly`, `appendfsync`) and from `replicas`; reads never go to a replica,
 * which may lag behind a revocation.
 *
 * Resolves when connected, or after `commandTimeout` without a connection: start-up never waits for Redis.
 *
 * @throws PosternError `configuration_invalid` if the options name no server or several, or TLS files can't be used
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const timeout = options.commandTimeout ?? 1_000
  const client = connectRedis({ ...options, commandTimeout: timeout })
  const keys = storeKeys(options.keyPrefix)
  const run = createScriptRunner(client)
  const counters = createRedisCounters(run, keys, options.counterClock)
  const revocations = createRedisRevocations({
    keys,
    run,
    readVersion: () => client.get(keys.version),
    onLearnt: said => tokens.forget(said),
    now: Date.now,
  })
  const tokens = createRedisTokens({ client, keys, run, write: revocations.write })
  const touches = createTouchBuffer({
    async write(batch) {
      await Promise.all([...batch].map(([id, at]) => tokens.touch(id, at)))
    },
  })

  async function ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command()
    } catch (error) {
      throw asUnavailable(error, client)
    }
  }

  /** Answers only once as many replicas as are wanted have what was written. */
  const write = ask

  await connected(client, timeout)
  await revocations.fresh().catch(() => {})
  return {
    fresh: () => ask(revocations.fresh),
    revocations: revocations.known,
    get installation() {
      return revocations.installation
    },
    createToken: record =>
      write(async () => {
        if (await tokens.create(record)) return
        throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
      }),
    findToken(hash) {
      const found = tokens.find(hash)
      return found instanceof Promise ? ask(() => found) : found
    },
    listTokens: () => ask(tokens.list),
    revokeToken: (id, at) => write(() => tokens.revoke(id, at)),
    endToken: (id, expiresAt) => write(() => tokens.end(id, Date.now(), expiresAt)),
    touchToken: touches.note,
    revoke: revocation => write(() => revocations.revoke(revocation)),
    liftRevocation: (kind, value) => write(() => revocations.lift(kind, value)),
    spend: charges => ask(() => counters.spend(charges)),
    getSealed: key => ask(async () => (await client.hget(keys.sealed, key)) ?? undefined),
    putSealed: (key, value) =>
      write(async () => {
        await client.hset(keys.sealed, key, value)
      }),
    replaceSealed: (key, before, after) =>
      write(async () => (await run(REPLACE_SEALED, [keys.sealed], [key, before, after])) === 1),
    deleteSealed: key => write(async () => (await client.hdel(keys.sealed, key)) === 1),
    listSealed: () => ask(async () => (await client.hkeys(keys.sealed)).sort()),
    ready: () => ask(revocations.fresh),
    async close() {
      revocations.close()
      await touches.close()
      client.disconnect()
    },
  }
}

function asUnavailable(error: unknown, client: RedisClient): PosternError {
  if (error instanceof PosternError) return error
  const reason = client.status === 'ready' ? error : (lastConnectionError(client) ?? error)
  return new PosternError('store_unavailable', {
    detail: `redis: ${reason instanceof Error ? reason.message : String(reason)}`,
    cause: error,
    headers: { 'Retry-After': '1' },
  })
}

/** Waits for the first connection, at most `timeout` milliseconds. */
function connected(client: RedisClient, timeout: number): Promise<void> {
  if (client.status === 'ready') return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(done, timeout)
    client.once('ready', done)
    function done(): void {
      clearTimeout(timer)
      client.off('ready', done)
      resolve()
    }
  })
}
