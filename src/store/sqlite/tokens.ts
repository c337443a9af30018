import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { PosternError } from '../../errors.ts'
import { KEPT_AFTER_END, readOAuthPart } from '../oauth-part.ts'
import type { TokenQuery, TokenRecord } from '../store.ts'

/** Records kept for the hot path; a full map is simply emptied. */
const CACHE_SIZE = 10_000
/** How many OAuth tokens that ended long ago go, at most, whenever one is made. */
const SWEPT = 4

/** What {@link openSqliteTokens} gives. What writes is called within a transaction. */
export interface SqliteTokens {
  /** The record of a hash, from memory where it was read since the last `forget`. */
  find(hash: string): TokenRecord | undefined
  /** What was read no longer counts. */
  forget(): void
  /** False if the id or the hash exists already. */
  create(record: TokenRecord, sequence: number): boolean
  /** Writes what can have changed of a token that exists. */
  replace(record: TokenRecord): void
  /** False if there is no such token, as below. The first revocation’s time stays. */
  revoke(id: string, at: number): boolean
  /** The earliest end stays. */
  end(id: string, expiresAt: number): boolean
  /** The latest use stays. */
  touch(id: string, at: number): void
  /** These three read the file, whatever is kept in memory. */
  get(id: string): TokenRecord | undefined
  list(): readonly TokenRecord[]
  page(query: TokenQuery): readonly TokenRecord[]
}

/** The tokens of one SQLite file. Throws what SQLite throws. @param now - milliseconds since the epoch */
export function openSqliteTokens(database: DatabaseSync, now: () => number): SqliteTokens {
  const statements = prepare(database)
  const found = new Map<string, TokenRecord>()

  return {
    find(hash: string): TokenRecord | undefined {
      const known = found.get(hash)
      if (known !== undefined) return known
      const row = statements.find.get(hash)
      if (row === undefined) return undefined
      const record = toRecord(row)
      if (found.size >= CACHE_SIZE) found.clear()
      found.set(hash, record)
      return record
    },
    forget: () => found.clear(),
    create(record: TokenRecord, sequence: number): boolean {
      if (statements.exists.get(record.id, record.hash) !== undefined) return false
      statements.create.run(...toRow(record, sequence))
      if (record.oauth !== undefined) statements.sweep.run(now() - KEPT_AFTER_END, SWEPT)
      return true
    },
    replace({ id, expiresAt, lastUsedAt, revokedAt, sequence }: TokenRecord): void {
      statements.replace.run(expiresAt ?? null, lastUsedAt ?? null, revokedAt ?? null, sequence, id)
    },
    revoke: (id: string, at: number) => statements.revoke.run(at, id).changes === 1,
    end: (id: string, expiresAt: number) => statements.end.run(expiresAt, id).changes === 1,
    touch(id: string, at: number): void {
      statements.touch.run(at, id, at)
    },
    get(id: string): TokenRecord | undefined {
      const row = statements.get.get(id)
      return row === undefined ? undefined : toRecord(row)
    },
    list: () => statements.list.all().map(toRecord),
    page({ subject, after, limit }: TokenQuery): readonly TokenRecord[] {
      const start = after === undefined ? FIRST : statements.age.get(after)
      if (start === undefined) return []
      const { created_at = null, id = null } = start
      const rows =
        subject === undefined
          ? statements.page.all(created_at, id, limit)
          : statements.pageOf.all(subject, created_at, id, limit)
      return rows.map(toRecord)
    },
  }
}

/** Before all of them. */
const FIRST: Record<string, SQLOutputValue> = { created_at: Number.MIN_SAFE_INTEGER, id: '' }

function prepare(database: DatabaseSync) {
  return {
    find: database.prepare('SELECT * FROM tokens WHERE hash = ?'),
    exists: database.prepare('SELECT 1 FROM tokens WHERE id = ? OR hash = ?'),
    get: database.prepare('SELECT * FROM tokens WHERE id = ?'),
    list: database.prepare('SELECT * FROM tokens WHERE oauth IS NULL ORDER BY created_at, id'),
    age: database.prepare('SELECT created_at, id FROM tokens WHERE id = ? AND oauth IS NULL'),
    page: database.prepare(
      `SELECT * FROM tokens WHERE oauth IS NULL AND (created_at, id) > (?, ?)
       ORDER BY created_at, id LIMIT ?`,
    ),
    pageOf: database.prepare(
      `SELECT * FROM tokens WHERE oauth IS NULL AND subject = ? AND (created_at, id) > (?, ?)
       ORDER BY created_at, id LIMIT ?`,
    ),
    create: database.prepare(
      `INSERT INTO tokens (id, hash, name, hint, subject, organization, roles, scopes,
         created_at, expires_at, last_used_at, revoked_at, sequence, oauth)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    sweep: database.prepare(
      `DELETE FROM tokens WHERE id IN (SELECT id FROM tokens
         WHERE oauth IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    ),
    replace: database.prepare(
      'UPDATE tokens SET expires_at = ?, last_used_at = ?, revoked_at = ?, sequence = ? WHERE id = ?',
    ),
    revoke: database.prepare('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?'),
    end: database.prepare('UPDATE tokens SET expires_at = min(coalesce(expires_at, ?1), ?1) WHERE id = ?2'),
    touch: database.prepare(
      'UPDATE tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
    ),
  }
}

function toRow(record: TokenRecord, sequence: number): (string | number | null)[] {
  return [
    record.id,
    record.hash,
    record.name,
    record.hint,
    record.subject,
    record.organization ?? null,
    JSON.stringify(record.roles),
    JSON.stringify(record.scopes),
    record.createdAt,
    record.expiresAt ?? null,
    record.lastUsedAt ?? null,
    record.revokedAt ?? null,
    sequence,
    record.oauth === undefined ? null : JSON.stringify(record.oauth),
  ]
}

function toRecord(row: Record<string, SQLOutputValue>): TokenRecord {
  return Object.freeze({
    id: String(row.id),
    name: String(row.name),
    hash: String(row.hash),
    hint: String(row.hint),
    subject: String(row.subject),
    organization: row.organization === null ? undefined : String(row.organization),
    roles: strings(row.roles),
    scopes: strings(row.scopes),
    createdAt: Number(row.created_at),
    expiresAt: time(row.expires_at),
    lastUsedAt: time(row.last_used_at),
    revokedAt: time(row.revoked_at),
    sequence: Number(row.sequence),
    ...(row.oauth !== null && { oauth: readOAuthPart(JSON.parse(String(row.oauth))) }),
  })
}

function strings(value: SQLOutputValue | undefined): readonly string[] {
  const list: unknown = JSON.parse(String(value))
  if (!Array.isArray(list))
    throw new PosternError('store_unavailable', { detail: 'a token’s roles and scopes must be lists' })
  return Object.freeze(list.map(String))
}

function time(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
