/** What is done to sealed values in Redis in one step each. */

/** Keeps a sealed value. KEYS: the hash. ARGV: key, value. */
export const PUT_SEALED = `return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`

/** Removes one. KEYS: the hash. ARGV: key. 1, or 0 if there was none. */
export const DELETE_SEALED = `return redis.call('HDEL', KEYS[1], ARGV[1])`

/** Puts one sealed value in the place of another. KEYS: the hash. ARGV: key, before, after. 1 or 0. */
export const REPLACE_SEALED = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`
