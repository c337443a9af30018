import { z } from 'zod'
import { hashToken } from '../../auth/hash-token.ts'
import type { RecordKey } from '../../store/records.ts'
import { requireRecord } from '../read-record.ts'

/**
 * What is kept of a refresh token, under its SHA-256. Whose it is and what for, its grant says. Once it was used it
 * stays as long as it would have lived, so that its reuse is noticed.
 */
export interface RefreshRecord {
  /** `gra_…` */
  readonly grant: string
  /** From when on it is refused, and gone, in milliseconds since the epoch. */
  readonly until: number
  /** When it was first used; undefined before. */
  readonly usedAt: number | undefined
}

/** The key of a refresh token's record. @param token - as it was given */
export function refreshKey(token: string): RecordKey {
  return `refresh:${hashToken(token)}`
}

/**
 * Where the product's credential is kept, sealed with the refresh token: a record of its own, which ends with the grace
 * that follows the token's use.
 *
 * @param token - as it was given
 */
export function givenKey(token: string): RecordKey {
  return `given:${hashToken(token)}`
}

/** Where that credential belongs: see `auth/token-sealing.ts`. @param grant - `gra_…` */
export function refreshPlace(grant: string): string {
  return `refresh token of ${grant}`
}

/** As text for the store. */
export function writeRefresh({ grant, until, usedAt }: RefreshRecord): string {
  return JSON.stringify({ grant, until, usedAt })
}

/** @throws PosternError `internal_error` for what no version of Postern has written */
export function readRefresh(text: string): RefreshRecord {
  const { usedAt, ...rest } = requireRecord(schema, text, 'a refresh token')
  return { ...rest, usedAt }
}

const schema = z.object({ grant: z.string(), until: z.number(), usedAt: z.number().optional() })
