import type { TokenRecord } from '../store/store.ts'
import { table } from './table.ts'

/** Tokens for a terminal, never their secrets. */
export function tokenTable(tokens: readonly TokenRecord[]): string {
  if (tokens.length === 0) return 'No tokens yet. `postern token create --name … --scope …` makes one.\n'
  return table(
    ['id', 'name', 'token', 'subject', 'scopes', 'last used', 'state'],
    tokens.map(record => [
      record.id,
      record.name,
      `${record.hint}…`,
      record.organization === undefined ? record.subject : `${record.subject} (${record.organization})`,
      record.scopes.join(' '),
      minuteOf(record.lastUsedAt) ?? 'never',
      state(record),
    ]),
  )
}

/** `2026-07-28 09:00` in UTC. */
export function minuteOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

function state(record: TokenRecord): string {
  if (record.revokedAt !== undefined) return `revoked ${minuteOf(record.revokedAt)}`
  if (record.expiresAt === undefined) return 'active'
  return record.expiresAt <= Date.now() ? 'expired' : `until ${minuteOf(record.expiresAt)}`
}
