/** What is done to revocations in Redis in one step each; see `prelude.ts`. */
import { PRELUDE, SAY } from './prelude.ts'

/** Says one thing. KEYS: also revocations and log. ARGV: known incarnation and sequence, name, JSON. Its sequence, or -1. */
export const REVOKE = `${PRELUDE}${SAY}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
return say(KEYS[3], KEYS[4], ARGV[3], ARGV[4])`

/** Takes a refusal back. KEYS: also revocations and log. ARGV: known incarnation and sequence, name. 1, 0 or -1. */
export const LIFT = `${PRELUDE}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
if redis.call('HDEL', KEYS[3], ARGV[3]) == 0 then return 0 end
redis.call('ZREM', KEYS[4], ARGV[3])
redis.call('HSET', state, 'reload', count())
return 1`

/** Forgets what has ended. KEYS: also revocations and log. ARGV: for each, its name and the sequence that has ended. */
export const FORGET = `${PRELUDE}
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[4], ARGV[i]) == ARGV[i + 1] then
    redis.call('HDEL', KEYS[3], ARGV[i])
    redis.call('ZREM', KEYS[4], ARGV[i])
  end
end
return 1`
