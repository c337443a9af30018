/**
 * Every key that Postern has in Redis, and how long it lives. All begin with the installation's tag, its `keyPrefix`
 * in braces, so several installations share a server without meeting, an ACL can be `~{acme:}*`, and in a Cluster all
 * are in one slot: what belongs together is then written by one script, wholly or not at all.
 *
 * | key | holds | lives |
 * | --- | --- | --- |
 * | `{<prefix>}state` | hash: `id`, `secret`, `createdAt` of the installation; `incarnation`, `sequence`, `reload`, `recovered`, the last 256 `mark:…` | for good |
 * | `{<prefix>}version` | `<incarnation>.<sequence>:<mark>`: what every request asks for | for good |
 * | `{<prefix>}token:<hash>` | hash: `record` (JSON), `sequence`, `revokedAt`, `endsAt`, `lastUsedAt` | for good: expired and revoked ones too; of an OAuth access token until an hour after it expired |
 * | `{<prefix>}token-id:<id>` | the token's hash | the same |
 * | `{<prefix>}tokens` | sorted set: the tokens' hashes by age, but for OAuth access tokens | for good: expired and revoked ones too |
 * | `{<prefix>}tokens-of:<subject>` | the same of one subject | for good: expired and revoked ones too |
 * | `{<prefix>}revocations` | hash: each revocation (JSON) by kind and value | an entry until it has ended |
 * | `{<prefix>}revocations-log` | sorted set: their names by sequence | an entry until it has ended |
 * | `{<prefix>}sealed` | hash: each sealed upstream credential by its key | an entry until it is deleted |
 * | `{<prefix>}record:<kind>:<id>` | hash: `value` of an OAuth client, grant, code, session and the like; `once`, the incarnation that it does not outlive | until it expires or is deleted |
 * | `{<prefix>}records` | sorted set, all scores 0: `<kind>:<list as JSON, or nothing>:<id>` for each list that a record is in | an entry as long as its record; tidied up in passing |
 * | `{<prefix>}records-lists` | hash: the entries of each record, one a line, by `<kind>:<id>` | the same |
 * | `{<prefix>}records-ends` | sorted set: `<kind>:<id>` by when it expires | the same |
 * | `{<prefix>}limits:<limit>:<who>` | a counter, packed (MessagePack) | a window after the last call; a bucket until it is full again |
 * | `{<prefix>}limits:sign-ins:<digest>` | the same of failed sign-ins from an address or for a subject | a window after the last one |
 *
 * Nothing here may be evicted, so `maxmemory-policy` must be `noeviction`.
 */
export interface StoreKeys {
  readonly state: string
  readonly version: string
  readonly tokens: string
  readonly revocations: string
  readonly revocationsLog: string
  readonly sealed: string
  readonly records: string
  readonly recordLists: string
  readonly recordEnds: string
  /** `hash` is the token's SHA-256, base64url. */
  token(hash: string): string
  /** `id` is the token's public id, `tok_…` or `oat_…`. */
  tokenId(id: string): string
  /** `subject` to the letter. */
  tokensOf(subject: string): string
  /** `key` is the record's, visible ASCII without braces. */
  record(key: string): string
  /** `name` is a counter's, visible ASCII without braces. */
  counter(name: string): string
}

/** The keys of one installation. @param prefix - visible ASCII without braces */
export function storeKeys(prefix: string): StoreKeys {
  // Empty braces would be no tag to a Cluster.
  const tag = `{${prefix === '' ? 'postern:' : prefix}}`
  return {
    state: `${tag}state`,
    version: `${tag}version`,
    tokens: `${tag}tokens`,
    revocations: `${tag}revocations`,
    revocationsLog: `${tag}revocations-log`,
    sealed: `${tag}sealed`,
    records: `${tag}records`,
    recordLists: `${tag}records-lists`,
    recordEnds: `${tag}records-ends`,
    token: hash => `${tag}token:${hash}`,
    tokenId: id => `${tag}token-id:${id}`,
    tokensOf: subject => `${tag}tokens-of:${subject}`,
    record: key => `${tag}record:${key}`,
    counter: name => `${tag}limits:${name}`,
  }
}
