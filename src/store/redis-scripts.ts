/**
 * What is done to the store's state in Redis in one step each. The first two keys of all are the state and the version;
 * the names and what they hold are in `keys.ts`.
 *
 * A write comes with the incarnation and the point that the writer knows. It is refused (-1) where the server has no
 * state, an older one, or another one: it has lost something, and what is known must be brought back first.
 *
 * A point is `<sequence>:<mark>`. The mark is the server's time when it got there: a server that has lost the last words
 * and was told others since has the same sequence and another mark.
 */

/** Marks that are kept: of so many last sequences another can be told. */
const MARKS = 256

/** What every script begins with. */
export const PRELUDE = `
local state, version = KEYS[1], KEYS[2]
local incarnation = redis.call('HGET', state, 'incarnation')
local sequence = tonumber(redis.call('HGET', state, 'sequence') or '0')
local function mark_field(number)
  return string.format('mark:%.0f', number % ${MARKS})
end
local function publish()
  local time = redis.call('TIME')
  local mark = time[1] .. '-' .. time[2]
  redis.call('HSET', state, mark_field(sequence), mark)
  redis.call('SET', version, string.format('%s.%.0f:%s', incarnation, sequence, mark))
end
local function read_point(point)
  local number, mark = string.match(point, '^(%d+):?(.*)$')
  return tonumber(number), mark
end
local function is_lost(known, point)
  if not incarnation then return true end
  if known ~= incarnation then return false end
  local number, mark = read_point(point)
  if number > sequence then return true end
  if mark == '' or sequence - number >= ${MARKS} then return false end
  return redis.call('HGET', state, mark_field(number)) ~= mark
end
local function count()
  sequence = redis.call('HINCRBY', state, 'sequence', 1)
  publish()
  return sequence
end
local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end`

/**
 * Adds revocations, each unless a newer one is there. KEYS: 3 and 4 are revocations and log.
 *
 * @param first - the number of the ARGV from which on come name, JSON and sequence of each
 */
export function takeNewer(first: number): string {
  return `for i = ${first}, #ARGV, 3 do
  local present = redis.call('ZSCORE', KEYS[4], ARGV[i])
  if not present or tonumber(present) < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
    redis.call('ZADD', KEYS[4], ARGV[i + 2], ARGV[i])
  end
end`
}

/** Adds a revocation. `field` says of what. */
const SAY = `
local function say(revocations, log, field, json)
  local number = count()
  redis.call('HSET', revocations, field, json)
  redis.call('ZADD', log, string.format('%.0f', number), field)
  return number
end`

/**
 * The version, from a server that would also take a write: a script that names its language and claims no flags is
 * refused by a replica (`READONLY`), and by a primary that has fewer replicas than `min-replicas-to-write` asks for. So
 * a primary that was cut off and is about to be replaced falls silent instead of telling what was true before. KEYS:
 * the version.
 */
export const READ_VERSION = `#!lua
return redis.call('GET', KEYS[1])`

/**
 * Makes the state where there is none. ARGV: id, secret, createdAt, incarnation, sequence, and for how many
 * milliseconds from now it is not to be believed, as others may have more to bring back. 1 if it was made.
 */
export const OPEN = `${PRELUDE}
if incarnation then return 0 end
redis.call('HSET', state, 'id', ARGV[1], 'secret', ARGV[2], 'createdAt', ARGV[3],
  'incarnation', ARGV[4], 'sequence', ARGV[5], 'reload', ARGV[5])
if tonumber(ARGV[6]) > 0 then
  redis.call('HSET', state, 'recovered', string.format('%.0f', milliseconds() + ARGV[6]))
end
incarnation, sequence = ARGV[4], tonumber(ARGV[5])
publish()
return 1`

/**
 * What was said since, a page of it. KEYS: also revocations and log. ARGV: the incarnation and the point that are known,
 * after which sequence to go on (empty: the first page), and how many revocations one page has.
 *
 * Nil without a state; else incarnation, point, milliseconds until it can be believed, id, secret, createdAt, 1 if all
 * revocations follow and 0 if only the later ones, 1 if what is known is not of this state's past, the sequence at which
 * all were last to be read again, the sequence after which to go on (-1: nothing follows), then name, JSON and sequence
 * of each. Those of a page's last sequence follow whole, and may come again.
 */
export const CATCH_UP = `${PRELUDE}
if not incarnation then return false end
local about = redis.call('HMGET', state, 'reload', 'recovered', 'id', 'secret', 'createdAt', mark_field(sequence))
local known = read_point(ARGV[2])
local lost = is_lost(ARGV[1], ARGV[2])
local all = ARGV[1] ~= incarnation or lost or tonumber(about[1] or '0') > known
local wait = about[2] and math.max(tonumber(about[2]) - milliseconds(), 0) or 0
local start = all and '-inf' or string.format('(%.0f', known)
if ARGV[3] ~= '' then start = '(' .. ARGV[3] end
local entries = redis.call('ZRANGEBYSCORE', KEYS[4], start, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[4])
local last = entries[#entries] or '-1'
if #entries < 2 * tonumber(ARGV[4]) then
  last = '-1'
else
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], last, last, 'WITHSCORES')) do
    entries[#entries + 1] = entry
  end
end
local answer = { incarnation, string.format('%.0f:%s', sequence, about[6] or ''), string.format('%.0f', wait),
  about[3], about[4], about[5], all and 1 or 0, lost and 1 or 0, about[1] or '0', last }
for i = 1, #entries, 2 do
  local json = redis.call('HGET', KEYS[3], entries[i])
  if json then
    answer[#answer + 1] = entries[i]
    answer[#answer + 1] = json
    answer[#answer + 1] = entries[i + 1]
  end
end
return answer`

/**
 * Brings back what a process knows and the server may have lost. KEYS: also revocations and log. ARGV: id, secret and
 * createdAt of the installation it knows, the incarnation that is no good (empty: the present one is), the sequence it
 * knows, an incarnation to begin in its place, for how long that is not to be believed, then name, JSON and sequence of
 * each revocation. Answers the incarnation from now on, or -1 without a state. While it is not believed, every further
 * part that is brought back makes that longer: there may be more of them than fit into the time.
 *
 * The older installation is the true one: the other was made by somebody who found nothing.
 */
export const BRING_BACK = `${PRELUDE}
if not incarnation then return -1 end
if incarnation == ARGV[4] then
  incarnation = ARGV[6]
  redis.call('HSET', state, 'incarnation', incarnation)
  redis.call('HDEL', state, 'recovered')
end
local recovered = redis.call('HGET', state, 'recovered')
if not recovered or tonumber(recovered) > milliseconds() then
  redis.call('HSET', state, 'recovered', string.format('%.0f', milliseconds() + ARGV[7]))
end
if tonumber(ARGV[3]) < tonumber(redis.call('HGET', state, 'createdAt')) then
  redis.call('HSET', state, 'id', ARGV[1], 'secret', ARGV[2], 'createdAt', ARGV[3])
end
${takeNewer(8)}
sequence = math.max(sequence, tonumber(ARGV[5])) + 1
redis.call('HSET', state, 'sequence', string.format('%.0f', sequence), 'reload', string.format('%.0f', sequence))
publish()
return incarnation`

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

/** Keeps a sealed value. KEYS: the hash. ARGV: key, value. */
export const PUT_SEALED = `return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`

/** Removes one. KEYS: the hash. ARGV: key. 1, or 0 if there was none. */
export const DELETE_SEALED = `return redis.call('HDEL', KEYS[1], ARGV[1])`

/** Puts one sealed value in the place of another. KEYS: the hash. ARGV: key, before, after. 1 or 0. */
export const REPLACE_SEALED = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`
