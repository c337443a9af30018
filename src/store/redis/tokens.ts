import { PosternError } from '../../errors.ts'
import type { StoreKeys } from '../keys.ts'
import { readOAuthPart } from '../oauth-part.ts'
import { type NewRevocation, nameOf, ofToken, type Revocation } from '../revocation.ts'
import type { Store, TokenRecord } from '../store.ts'
import type { RedisClient } from './connection.ts'
import { RecordCache } from './record-cache.ts'
import type { RedisRevocations } from './revocations.ts'
import type { RunScript } from './run-script.ts'
import { CREATE_TOKEN, END_TOKEN, MARK_REVOKED, TOUCH_TOKEN } from './scripts/tokens.ts'
import { goesAt, keysOf } from './token-keys.ts'
import { createRedisTokenLists } from './token-lists.ts'

/** What {@link createRedisTokens} needs. */
export interface RedisTokensOptions {
  readonly client: RedisClient
  readonly keys: StoreKeys
  readonly run: RunScript
  readonly revocations: Pick<RedisRevocations, 'say' | 'write'>
}

/** What {@link createRedisTokens} gives. */
export interface RedisTokens {
  /** The record of a hash; at once where it is known. */
  find(hash: string): TokenRecord | undefined | Promise<TokenRecord | undefined>
  /** False if the id or the hash exists already. */
  create(record: TokenRecord): Promise<boolean>
  /** False if there is no such token, as below. */
  revoke(id: string, at: number): Promise<boolean>
  end(id: string, at: number, expiresAt: number): Promise<boolean>
  /** Says in the records again what a server has lost: the revocations themselves end some day, the records do not. */
  markRevoked(said: readonly Revocation[]): Promise<void>
  touch(id: string, at: number): Promise<void>
  /** Past everything that is kept in memory. */
  readonly lists: Pick<Store, 'getToken' | 'listTokens' | 'pageTokens'>
  /** What was read about these is out of date; undefined: about all. */
  forget(said: readonly Revocation[] | undefined): void
}

/**
 * The tokens in Redis. A record that was read answers from memory until something is said about its token, which
 * `forget` is told; so it may only be asked after what was said has been learnt. Rejects with what ioredis rejects with.
 */
export function createRedisTokens(options: RedisTokensOptions): RedisTokens {
  const { client, keys, run, revocations } = options
  const kept = new RecordCache()

  async function read(hash: string): Promise<TokenRecord | undefined> {
    const fields = await client.hmget(
      keys.token(hash),
      'record',
      'sequence',
      'revokedAt',
      'endsAt',
      'lastUsedAt',
    )
    return parseRecord(hash, fields)
  }

  async function readAndKeep(hash: string): Promise<TokenRecord | undefined> {
    const { generation } = kept
    const record = await read(hash)
    if (record !== undefined) kept.set(record, generation)
    return record
  }

  async function end(id: string, field: 'revokedAt' | 'endsAt', value: number, word: NewRevocation) {
    const hash = await client.get(keys.tokenId(id))
    if (hash === null) return false
    const all = [keys.revocations, keys.revocationsLog, keys.token(hash)]
    return (
      (await revocations.say(END_TOKEN, all, [field, String(value), nameOf(word), JSON.stringify(word)])) ===
      1
    )
  }

  return {
    find: hash => kept.get(hash) ?? readAndKeep(hash),
    async create({ lastUsedAt: _, revokedAt: __, sequence: ___, ...fixed }) {
      const values = [JSON.stringify(fixed), fixed.hash, String(fixed.createdAt), goesAt(fixed)]
      return (await revocations.write(CREATE_TOKEN, keysOf(keys, fixed), values)) === 1
    },
    revoke: (id, at) => end(id, 'revokedAt', at, ofToken(id, at, false)),
    end: (id, at, expiresAt) => end(id, 'endsAt', expiresAt, ofToken(id, at, true)),
    async markRevoked(said) {
      for (const { kind, value, recheck, at } of said) {
        if (kind !== 'credential' || recheck || !IS_TOKEN.test(value)) continue
        const hash = await client.get(keys.tokenId(value))
        if (hash !== null) await run(MARK_REVOKED, [keys.token(hash)], [at])
      }
    },
    async touch(id, at) {
      const hash = await client.get(keys.tokenId(id))
      if (hash !== null) await run(TOUCH_TOKEN, [keys.token(hash)], [at])
    },
    lists: createRedisTokenLists(client, keys, read),
    forget: said => kept.forget(said),
  }
}

/** Ids of personal access tokens and of OAuth access tokens. */
const IS_TOKEN = /^(?:tok|oat)_/

function parseRecord(hash: string, fields: readonly (string | null)[]): TokenRecord | undefined {
  const [json, sequence, revokedAt, endsAt, lastUsedAt] = fields
  if (typeof json !== 'string') return undefined
  const value: TokenRecord = JSON.parse(json)
  if (value.hash !== hash || !Array.isArray(value.roles) || !Array.isArray(value.scopes)) {
    throw new PosternError('store_unavailable', { detail: 'a token in Redis is not what was written there' })
  }
  const ends = [value.expiresAt, endsAt === null || endsAt === undefined ? undefined : Number(endsAt)]
  const known = ends.filter(end => end !== undefined)
  return Object.freeze({
    ...value,
    organization: value.organization,
    // An end that is no number has come: `Math.min` says NaN, and nothing is before that.
    expiresAt: known.length === 0 ? undefined : Math.min(...known),
    roles: Object.freeze(value.roles),
    scopes: Object.freeze(value.scopes),
    // Any value means revoked, even one that is no number.
    revokedAt: revokedAt === null || revokedAt === undefined ? undefined : Number(revokedAt),
    lastUsedAt: lastUsedAt === null || lastUsedAt === undefined ? undefined : Number(lastUsedAt),
    // Without its number it is older than any revocation.
    sequence: sequence === null || sequence === undefined ? 0 : Number(sequence),
    ...(value.oauth !== undefined && { oauth: readOAuthPart(value.oauth) }),
  })
}
