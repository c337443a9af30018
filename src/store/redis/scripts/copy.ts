/** What is done to the store's state in Redis when another store's is taken over; see `prelude.ts`. */
import { PRELUDE, takeNewer } from './prelude.ts'

/**
 * Becomes another installation and adds revocations. KEYS: also revocations and log. ARGV: known incarnation and
 * sequence, id, secret, createdAt, sequence, then name, JSON and sequence of each revocation. 1 or -1.
 *
 * The count goes on from the higher one, so that what is minted from now on is newer than everything of both.
 */
export const ADOPT = `${PRELUDE}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
${takeNewer(7)}
sequence = math.max(sequence, tonumber(ARGV[6])) + 1
redis.call('HSET', state, 'id', ARGV[3], 'secret', ARGV[4], 'createdAt', ARGV[5],
  'sequence', string.format('%.0f', sequence), 'reload', string.format('%.0f', sequence))
publish()
return 1`

/**
 * Adds a token as it is, or what of it is stricter than what is there. KEYS: also token, id, then the lists that it is
 * in. ARGV: known incarnation and sequence, record, hash, created, when the keys go by themselves, sequence, revokedAt,
 * endsAt, lastUsedAt (empty where there is none). 1, 0 where another token is in its place, or -1.
 */
export const RESTORE_TOKEN = `${PRELUDE}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
local of_id = redis.call('GET', KEYS[4])
local is_known = redis.call('EXISTS', KEYS[3]) == 1
if (of_id and of_id ~= ARGV[4]) or (is_known and not of_id) then return 0 end
local function keep(field, value, is_better)
  if value == '' then return end
  local present = redis.call('HGET', KEYS[3], field)
  if not present or is_better(tonumber(value), tonumber(present)) then redis.call('HSET', KEYS[3], field, value) end
end
local function is_less(a, b) return a < b end
local function is_more(a, b) return a > b end
if not is_known then redis.call('HSET', KEYS[3], 'record', ARGV[3]) end
keep('sequence', ARGV[7], is_less)
keep('revokedAt', ARGV[8], is_less)
if is_known then keep('endsAt', ARGV[9], is_less) end
keep('lastUsedAt', ARGV[10], is_more)
redis.call('SET', KEYS[4], ARGV[4])
for list = 5, #KEYS do redis.call('ZADD', KEYS[list], ARGV[5], ARGV[4]) end
if ARGV[6] ~= '' then
  redis.call('PEXPIREAT', KEYS[3], ARGV[6])
  redis.call('PEXPIREAT', KEYS[4], ARGV[6])
end
return 1`
