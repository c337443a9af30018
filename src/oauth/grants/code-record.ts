import { z } from 'zod'
import { hashToken } from '../../auth/hash-token.ts'
import type { RecordKey } from '../../store/records.ts'
import { requireRecord } from '../read-record.ts'

/** What is kept of an authorization code, under its SHA-256. Whose it is and what for, its grant says. */
export interface CodeRecord {
  /** `gra_…` */
  readonly grant: string
  /** PKCE S256 (RFC 7636). */
  readonly challenge: string
  /** From when on it is refused, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** The product's credential, which the code opens at {@link codePlace}; undefined where there is none. */
  readonly sealed: string | undefined
  /** When it was redeemed; undefined before. */
  readonly usedAt: number | undefined
}

/** How long a code that was redeemed is known, so that its reuse is noticed, in milliseconds. */
export const USED_CODE_LIFE = 10 * 60_000

/** The key of a code's record. @param code - as it was given */
export function codeKey(code: string): RecordKey {
  return `code:${hashToken(code)}`
}

/** Where the credential of a code belongs: see `auth/token-sealing.ts`. @param grant - `gra_…` */
export function codePlace(grant: string): string {
  return `authorization code of ${grant}`
}

/** As text for the store. */
export function writeCode({ grant, challenge, expiresAt, sealed, usedAt }: CodeRecord): string {
  return JSON.stringify({ grant, challenge, expiresAt, sealed, usedAt })
}

/** @throws PosternError `internal_error` for what no version of Postern has written */
export function readCode(text: string): CodeRecord {
  const { sealed, usedAt, ...rest } = requireRecord(schema, text, 'a code')
  return { ...rest, sealed, usedAt }
}

const schema = z.object({
  grant: z.string(),
  challenge: z.string(),
  expiresAt: z.number(),
  sealed: z.string().optional(),
  usedAt: z.number().optional(),
})
