/**
 * What is done to records in Redis in one step each. A record is a hash that expires by itself, with the incarnation of
 * the state (`prelude.ts`) that it was written under where it does not outlive a loss of data (`once`). Which
 * lists it is in is known apart from it, so that this can be tidied up after it has gone.
 */
import { PRELUDE } from './prelude.ts'

/** Takes a record that has gone out of its lists. */
const DROP = `
local function drop(index, lists, ends, name)
  local entries = redis.call('HGET', lists, name)
  if entries then
    for entry in string.gmatch(entries, '[^\\n]+') do redis.call('ZREM', index, entry) end
    redis.call('HDEL', lists, name)
  end
  redis.call('ZREM', ends, name)
end`

/**
 * Makes all changes or none. KEYS: state, version, index, lists, ends, then each record. ARGV: known incarnation and
 * point, how many expired records to take out of their lists, then of each change eight: the record's name, 1 and the
 * text if it must hold one (else 0 and nothing), 1 and the text if it shall hold one, its end in milliseconds (empty:
 * none), its entries in the index, one a line, and 1 for `once`. 1, 0 where a record holds something else, or -1.
 *
 * What is used up is counted, as what is said is: a server that has lost it is known by it.
 */
export const COMMIT_RECORDS = `${PRELUDE}${DROP}
if is_lost(ARGV[1], ARGV[2]) then return -1 end
local index, lists, ends = KEYS[3], KEYS[4], KEYS[5]
local function each(make)
  for number = 6, #KEYS do
    local at = 4 + (number - 6) * 8
    local made = make(KEYS[number], unpack(ARGV, at, at + 7))
    if made == false then return false end
  end
end
local known = {}
local is_as_read = each(function(key, name, has_before, before)
  local kept = redis.call('HMGET', key, 'value', 'once')
  local value = kept[1]
  if kept[2] and kept[2] ~= incarnation then value = false end
  known[name] = value and { value = value, once = kept[2] }
  if has_before == '0' then return not value end
  return value == before
end)
if is_as_read == false then return 0 end
local now = milliseconds()
local expired = redis.call('ZRANGEBYSCORE', ends, '-inf', string.format('(%.0f', now), 'LIMIT', 0, ARGV[3])
for _, name in ipairs(expired) do drop(index, lists, ends, name) end
local is_used = false
each(function(key, name, _, _, has_after, after, ends_at, entries, once)
  local present = known[name]
  is_used = is_used or (present and present.once and (has_after == '0' or after ~= present.value))
  redis.call('DEL', key)
  if has_after == '0' or (ends_at ~= '' and tonumber(ends_at) <= now) then
    drop(index, lists, ends, name)
    return
  end
  if not present then
    drop(index, lists, ends, name)
    redis.call('HSET', lists, name, entries)
    for entry in string.gmatch(entries, '[^\\n]+') do redis.call('ZADD', index, 0, entry) end
  end
  redis.call('HSET', key, 'value', after)
  if (present and present.once) or (not present and once == '1') then
    redis.call('HSET', key, 'once', incarnation)
  end
  if ends_at == '' then
    redis.call('ZREM', ends, name)
  else
    redis.call('PEXPIREAT', key, ends_at)
    redis.call('ZADD', ends, ends_at, name)
  end
end)
if is_used then count() end
return 1`

/** Both readers name their language and claim no flags: see `READ_VERSION`. */
const READER = `#!lua
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
local function read(key)
  local kept = redis.call('HMGET', key, 'value', 'once')
  if kept[2] and kept[2] ~= incarnation then return false end
  return kept[1], kept[2] and '1' or '0'
end`

/** What a record holds. KEYS: state, record. Nil where there is none. */
export const READ_RECORD = `${READER}
return (read(KEYS[2]))`

/**
 * What some records hold; those that have gone are taken out of their lists. KEYS: state, index, lists, ends, then each
 * record. ARGV: their names. Answers name, value, end (empty: none), entries, and 1 for `once`, of each that is there.
 */
export const READ_RECORDS = `${READER}${DROP}
local answer = {}
for number, name in ipairs(ARGV) do
  local value, once = read(KEYS[4 + number])
  if value then
    local about = { name, value, redis.call('ZSCORE', KEYS[4], name) or '',
      redis.call('HGET', KEYS[3], name) or '', once }
    for _, text in ipairs(about) do answer[#answer + 1] = text end
  else
    drop(KEYS[2], KEYS[3], KEYS[4], name)
  end
end
return answer`
