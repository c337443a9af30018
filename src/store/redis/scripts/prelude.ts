/**
 * What scripts begin with and what several of them share. A script does one thing to the store's state in Redis in one
 * step. The first two keys are the state and the version; the names and what they hold are in `../../keys.ts`.
 *
 * A write comes with the incarnation and the point that the writer knows. It is refused (-1) where the server has no
 * state, an older one, or another one: it has lost something, and what is known must be brought back first.
 *
 * A point is `<sequence>:<mark>`. The mark is the server's time when it got there: a server that has lost the last words
 * and was told others since has the same sequence and another mark.
 */

/** Marks that are kept: of so many last sequences another can be told. */
const MARKS = 256

/** Comes first in every script that reads or changes the state. */
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
export const SAY = `
local function say(revocations, log, field, json)
  local number = count()
  redis.call('HSET', revocations, field, json)
  redis.call('ZADD', log, string.format('%.0f', number), field)
  return number
end`
