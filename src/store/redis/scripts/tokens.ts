/** What is done to tokens in Redis in one step each; see `prelude.ts`. */
import { PRELUDE, SAY } from './prelude.ts'

/**
 * Creates all of a token's keys or none. KEYS: also token, id, then the lists that it is in. ARGV: known incarnation and
 * sequence, record, hash, created, and when the keys go by themselves (empty: never). 1, 0 where it exists already, or -1.
 */
export const CREATE_TOKEN = `${PRELUDE}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
if redis.call('EXISTS', KEYS[3], KEYS[4]) > 0 then return 0 end
redis.call('HSET', KEYS[3], 'record', ARGV[3], 'sequence', string.format('%.0f', count()))
redis.call('SET', KEYS[4], ARGV[4])
for list = 5, #KEYS do redis.call('ZADD', KEYS[list], ARGV[5], ARGV[4]) end
if ARGV[6] ~= '' then
  redis.call('PEXPIREAT', KEYS[3], ARGV[6])
  redis.call('PEXPIREAT', KEYS[4], ARGV[6])
end
return 1`

/**
 * Ends a token and says so. KEYS: also revocations, log, token. ARGV: known incarnation and sequence, the field
 * (`revokedAt`: the first time stays; `endsAt`: the earliest), its value, name and JSON of the revocation. 1, 0 where
 * there is no such token, or -1.
 */
export const END_TOKEN = `${PRELUDE}${SAY}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
if redis.call('EXISTS', KEYS[5]) == 0 then return 0 end
local present = redis.call('HGET', KEYS[5], ARGV[3])
if not present or (ARGV[3] == 'endsAt' and tonumber(present) > tonumber(ARGV[4])) then
  redis.call('HSET', KEYS[5], ARGV[3], ARGV[4])
end
say(KEYS[3], KEYS[4], ARGV[5], ARGV[6])
return 1`

/** Marks a token revoked that lost its mark. KEYS: token. ARGV: when. 1, or 0 where there is nothing to do. */
export const MARK_REVOKED = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], 'revokedAt', ARGV[1])`

/** Notes a use of a token that exists; never makes half a token. KEYS: token. ARGV: when. */
export const TOUCH_TOKEN = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'lastUsedAt', ARGV[1])
return 1`
