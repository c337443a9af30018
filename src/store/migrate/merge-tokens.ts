import { PosternError } from '../../errors.ts'
import type { TokenRecord } from '../store.ts'

/**
 * One token that two stores know: it is good only as far as both say.
 *
 * @throws PosternError `conflict` if these are two tokens
 */
export function mergeTokens(known: TokenRecord, other: TokenRecord): TokenRecord {
  if (known.id !== other.id || known.hash !== other.hash) throw conflict(other.id)
  return {
    ...known,
    expiresAt: least(known.expiresAt, other.expiresAt),
    revokedAt: least(known.revokedAt, other.revokedAt),
    lastUsedAt: most(known.lastUsedAt, other.lastUsedAt),
    sequence: Math.min(known.sequence, other.sequence),
  }
}

/** Said where a store has another token of the same id or hash. */
export function conflict(id: string): PosternError {
  return new PosternError('conflict', { message: `The store has another token in the place of ${id}.` })
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
