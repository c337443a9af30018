import { z } from 'zod'
import type { TokenRecord } from '../store/store.ts'
import { time, timeOf } from './field.ts'

/** A minted token as it is shown: never itself, nor its hash. */
export const tokenAnswer = z
  .strictObject({
    id: z.string().describe('For lists, the audit and revocation.'),
    name: z.string(),
    hint: z.string().describe('How the token begins, for people to recognise it.'),
    subject: z.string(),
    organization: z.string().optional(),
    roles: z.array(z.string()),
    scopes: z.array(z.string()),
    createdAt: time,
    expiresAt: time.optional(),
    lastUsedAt: time.optional().describe('To the minute; left out where it was never used.'),
    revokedAt: time.optional(),
  })
  .meta({ title: 'Token' })

/** Shows a token. */
export function toTokenAnswer(record: TokenRecord): z.input<typeof tokenAnswer> {
  const { id, name, hint, subject, organization, roles, scopes } = record
  const times = {
    createdAt: timeOf(record.createdAt) ?? '',
    expiresAt: timeOf(record.expiresAt),
    lastUsedAt: timeOf(record.lastUsedAt),
    // Any value means revoked, even one that is no number.
    revokedAt: record.revokedAt === undefined ? undefined : (timeOf(record.revokedAt) ?? timeOf(0)),
  }
  return {
    id,
    name,
    hint,
    subject,
    ...(organization !== undefined && { organization }),
    roles: [...roles],
    scopes: [...scopes],
    ...times,
  }
}
