import { SLOTS, TOLERANCE } from '../../rules/assess-charge.ts'

/**
 * Counts the charges of some calls, one call after the other, of each all or none. The same as `settleCharges`, where
 * the counters are; a property test holds the two together. A counter is its state, packed, and ends when it would be as
 * one never used.
 *
 * KEYS: the counters of all calls. ARGV: the time in milliseconds (empty: the server's), how many calls, and for each
 * how many charges, then amount, quota, window and burst (0: a sliding window) of each. Answers for each call 1 if all
 * were counted, 0 if none was, then remaining, wait (-1: never) and reset of each charge.
 */
export const SPEND = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function window(state, amount, quota, length)
  local count = #state
  local back = count > 0 and math.max(state[count - 1] - now, 0) or 0
  local live, spent = {}, 0
  for i = 1, count, 2 do
    local time = state[i] - back
    if time + length > now then
      live[#live + 1] = time
      live[#live + 1] = state[i + 1]
      spent = spent + state[i + 1]
    end
  end
  local oldest, last, wait = live[1] or now, #live, 0
  local free, fits = math.max(quota - spent, 0), spent + amount <= quota
  if not fits then
    wait = -1
    local freed = 0
    for i = 1, amount > quota and 0 or last, 2 do
      freed = freed + live[i + 1]
      if freed >= spent + amount - quota then wait = live[i] + length - now break end
    end
  end
  local function count_it()
    if last > 0 and math.floor(live[last - 1] * ${SLOTS} / length) == math.floor(now * ${SLOTS} / length) then
      live[last - 1] = now
      live[last] = live[last] + amount
    else
      live[last + 1] = now
      live[last + 2] = amount
    end
    return live, length
  end
  return {
    fits = fits, count = count_it, rebased = back > 0 and live, life = length,
    free = free, left = quota - spent - amount, wait = wait,
    reset = oldest + length - now, later = oldest + length - now,
  }
end

local function bucket(state, amount, quota, length, burst)
  local time, before = state[1] or now, state[2] or 0
  local level = math.max(before - math.max(now - time, 0) * quota / length, 0)
  local after = level + amount
  local fits = after <= burst + ${TOLERANCE}
  local function until_empty(full) return math.max(math.ceil((full - ${TOLERANCE}) * length / quota), 0) end
  local function left(full) return math.max(math.floor(burst - full + ${TOLERANCE}), 0) end
  local wait = 0
  if amount > burst then wait = -1 elseif not fits then wait = until_empty(after - burst) end
  return {
    fits = fits, count = function() return { now, after }, until_empty(after) end,
    rebased = now < time and { now, level }, life = until_empty(level),
    free = left(level), left = left(after), wait = wait,
    reset = until_empty(level), later = until_empty(after),
  }
end

local states, lives = {}, {}

local function load(key)
  if not states[key] then
    local packed = redis.call('GET', key)
    states[key] = {}
    if packed then states[key] = cmsgpack.unpack(packed) end
  end
  return states[key]
end

local function keep(key, state, life)
  states[key], lives[key] = state, life
end

local answer, key_at, value_at = {}, 0, 2

local function settle(charges)
  local allowed, assessed = true, {}
  for i = 1, charges do
    local state = load(KEYS[key_at + i])
    local at = value_at + 4 * i - 3
    local amount, quota = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    local length, burst = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
    if burst > 0 then assessed[i] = bucket(state, amount, quota, length, burst)
    else assessed[i] = window(state, amount, quota, length) end
    allowed = allowed and assessed[i].fits
  end
  answer[#answer + 1] = allowed and 1 or 0
  for i = 1, charges do
    local one, key = assessed[i], KEYS[key_at + i]
    if allowed then keep(key, one.count())
    elseif one.rebased then keep(key, one.rebased, one.life) end
    answer[#answer + 1] = allowed and one.left or one.free
    answer[#answer + 1] = one.wait
    answer[#answer + 1] = allowed and one.later or one.reset
  end
end

for _ = 1, tonumber(ARGV[2]) do
  value_at = value_at + 1
  local charges = tonumber(ARGV[value_at])
  settle(charges)
  key_at = key_at + charges
  value_at = value_at + 4 * charges
end
for key, life in pairs(lives) do
  redis.call('SET', key, cmsgpack.pack(states[key]), 'PX', string.format('%.0f', math.max(life, 1)))
end
return answer`
