/** What is done to the store's state in Redis in one step each; see `prelude.ts`. */
import { PRELUDE, takeNewer } from './prelude.ts'

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
