import { Redis } from 'ioredis'
import { PosternError } from '../errors.ts'
import { tokenIdKey, tokenKey, tokenListKey } from './keys.ts'
import { createRedisCounters } from './redis-counters.ts'
import type { Store, TokenRecord } from './store.ts'
import { createTouchBuffer } from './touch-buffer.ts'

/** Where Redis is, and what this installation's keys begin with. */
export interface RedisStoreOptions {
  /** `redis://` or `rediss://` URL, or the path of a Unix socket. */
  readonly url: string
  /** Put before every key, `acme:`. */
  readonly keyPrefix: string
  /** How long one command may take, in milliseconds; default one second. */
  readonly commandTimeout?: number
  /** The time of counters in milliseconds, for tests; default: the server's own. */
  readonly counterClock?: () => number
}

/** Parsed records kept so that an unchanged answer is not parsed again; a full map is simply emptied. */
const PARSED_SIZE = 10_000

/** Creates all of a token's keys or none. KEYS: token, id, list. ARGV: record, id, hash, created. */
const CREATE = `
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[1])
redis.call('SET', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
return 1`

/** Writes one field of a token that exists. KEYS: token. ARGV: field, value. Never makes a half token. */
const SET_FIELD = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[1] == 'revokedAt' then redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 1`

/**
 * Keeps tokens and counters in Redis, for several gateways, under the keys of `keys.ts`.
 *
 * Every `findToken` asks Redis: nothing is answered from memory. A command that fails or takes longer than
 * `commandTimeout` is `store_unavailable`, and so is every command while there is no connection; it is
 * rebuilt in the background. How durable an answered write is follows from Redis's own settings
 * (`appendonly`, `appendfsync`); reads never go to a replica, which may lag behind a revocation.
 *
 * Resolves when connected, or after `commandTimeout` without a connection: start-up never waits for Redis.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const timeout = options.commandTimeout ?? 1_000
  const redis = connect(options.url, timeout)
  let lastError: Error | undefined
  redis.on('error', error => {
    lastError = error
  })
  const { keyPrefix } = options
  const counters = createRedisCounters(redis, keyPrefix, options.counterClock)
  const toRecord = createRecordParser()

  async function ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command()
    } catch (error) {
      if (error instanceof PosternError) throw error
      const reason = redis.status === 'ready' ? error : (lastError ?? error)
      throw unavailable(`redis: ${reason instanceof Error ? reason.message : String(reason)}`, error)
    }
  }

  async function setField(id: string, field: string, value: number): Promise<boolean> {
    const hash = await redis.get(tokenIdKey(keyPrefix, id))
    if (hash === null) return false
    return (await redis.eval(SET_FIELD, 1, tokenKey(keyPrefix, hash), field, String(value))) === 1
  }

  async function read(hash: string): Promise<TokenRecord | undefined> {
    return toRecord(hash, await redis.hmget(tokenKey(keyPrefix, hash), 'record', 'revokedAt', 'lastUsedAt'))
  }

  const touches = createTouchBuffer({
    async write(batch) {
      await Promise.all([...batch].map(([id, at]) => setField(id, 'lastUsedAt', at)))
    },
  })

  await connected(redis, timeout)
  return {
    createToken: record =>
      ask(async () => {
        const { lastUsedAt: _, revokedAt: __, ...fixed } = record
        const { hash, id } = record
        const keys = [tokenKey(keyPrefix, hash), tokenIdKey(keyPrefix, id), tokenListKey(keyPrefix)]
        const values = [JSON.stringify(fixed), record.id, record.hash, String(record.createdAt)]
        if ((await redis.eval(CREATE, 3, ...keys, ...values)) === 1) return
        throw new PosternError('internal_error', { detail: `token ${record.id} exists already` })
      }),
    findToken: hash => ask(() => read(hash)),
    listTokens: () =>
      ask(async () => {
        const records = await Promise.all((await redis.zrange(tokenListKey(keyPrefix), 0, '-1')).map(read))
        return records.filter(record => record !== undefined)
      }),
    revokeToken: (id, at) => ask(() => setField(id, 'revokedAt', at)),
    touchToken: touches.note,
    spend: charges => ask(() => counters.spend(charges)),
    ready: () =>
      ask(async () => {
        await redis.ping()
      }),
    async close() {
      await touches.close()
      redis.disconnect()
    },
  }
}

function connect(url: string, timeout: number): Redis {
  return new Redis(url, {
    connectTimeout: timeout,
    commandTimeout: timeout,
    // A connection that stays silent is dropped and rebuilt, so that a dead peer costs seconds, not minutes.
    socketTimeout: timeout * 3,
    // Fail now rather than queue: a request must get its 503 and not pile up. Nothing is sent twice either.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: attempt => Math.min(attempt * 50, 1_000),
  })
}

/** Waits for the first connection, at most `timeout` milliseconds. */
function connected(redis: Redis, timeout: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(done, timeout)
    redis.once('ready', done)
    function done(): void {
      clearTimeout(timer)
      redis.off('ready', done)
      resolve()
    }
  })
}

type Fields = (string | null)[]

/** Turns a token's fields into a record; the same fields yield the same frozen object. */
function createRecordParser(): (hash: string, fields: Fields) => TokenRecord | undefined {
  const parsed = new Map<string, { readonly key: string; readonly record: TokenRecord }>()
  return (hash, [record, revokedAt, lastUsedAt]) => {
    if (typeof record !== 'string') return undefined
    const key = `${record}\n${revokedAt}\n${lastUsedAt}`
    const known = parsed.get(hash)
    if (known?.key === key) return known.record
    const fresh = parse(hash, record, revokedAt ?? undefined, lastUsedAt ?? undefined)
    if (parsed.size >= PARSED_SIZE) parsed.clear()
    parsed.set(hash, { key, record: fresh })
    return fresh
  }
}

function parse(
  hash: string,
  json: string,
  revokedAt: string | undefined,
  lastUsedAt: string | undefined,
): TokenRecord {
  const value: TokenRecord = JSON.parse(json)
  if (value.hash !== hash || !Array.isArray(value.roles) || !Array.isArray(value.scopes)) {
    throw unavailable('a token in Redis is not what was written there')
  }
  return Object.freeze({
    ...value,
    organization: value.organization,
    expiresAt: value.expiresAt,
    roles: Object.freeze(value.roles),
    scopes: Object.freeze(value.scopes),
    // Any value means revoked, even one that is no number.
    revokedAt: revokedAt === undefined ? undefined : Number(revokedAt),
    lastUsedAt: lastUsedAt === undefined ? undefined : Number(lastUsedAt),
  })
}

function unavailable(detail: string, cause?: unknown): PosternError {
  return new PosternError('store_unavailable', { detail, cause, headers: { 'Retry-After': '1' } })
}
