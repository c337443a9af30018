/**
 * Every key that Postern has in Redis, and how long it lives. All begin with the installation's `keyPrefix`, which
 * has no braces, so several installations share a server without meeting and an ACL can be `~acme:*`.
 *
 * | key | holds | lives |
 * | --- | --- | --- |
 * | `<prefix>token:<hash>` | hash: `record` (JSON), `revokedAt`, `lastUsedAt` | until it is deleted |
 * | `<prefix>token-id:<id>` | the token's hash | until it is deleted |
 * | `<prefix>tokens` | sorted set: the tokens' hashes by age | until it is deleted |
 * | `<prefix>{<prefix>limits}:<limit>:<who>` | a counter, packed (MessagePack) | a window after the last call; a bucket until it is full again |
 *
 * What is in braces decides the slot of a Cluster: all counters of an installation are in one, as one script counts
 * those of a call together. A counter that Redis evicts is one that begins anew, so `maxmemory-policy` must be
 * `noeviction`, as the tokens need it too.
 */

/** `hash` is the token's SHA-256, base64url. */
export function tokenKey(prefix: string, hash: string): string {
  return `${prefix}token:${hash}`
}

/** `id` is the token's public id, `tok_…`. */
export function tokenIdKey(prefix: string, id: string): string {
  return `${prefix}token-id:${id}`
}

/** The list of all tokens. */
export function tokenListKey(prefix: string): string {
  return `${prefix}tokens`
}

/** `name` is a counter's, visible ASCII without braces. */
export function counterKey(prefix: string, name: string): string {
  return `${prefix}{${prefix}limits}:${name}`
}
