/** The values of the API's requests and answers, described once for their readers and for its document. */
import { z } from 'zod'
import { parseDuration } from '../config/units.ts'
import { REVOCABLE } from '../store/revocation.ts'

/** Longer than any scheme's: 256 characters of two units each, and a prefix. */
const LONGEST_VALUE = 1_024

/** What can be revoked. */
export const revocableKind = z.enum(REVOCABLE, 'must be one of credential, subject, organization, client')

/**
 * What is revoked: a subject, an organisation, a client or a credential's id, to the letter. Takes whatever any scheme
 * takes for one, as a caller who can't be named could not be revoked.
 */
export const revocableValue = z
  .string('must be a text')
  .refine(
    value =>
      value.trim() !== '' && value.length <= LONGEST_VALUE && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value),
    `must have 1 to ${LONGEST_VALUE} characters, none of them control`,
  )
  .meta({ minLength: 1, maxLength: LONGEST_VALUE })

/** In words, for people. */
export const words = z
  .string('must be a text')
  .refine(value => isPrintable(value, 500), 'must have 1 to 500 characters, none of them control')
  .meta({ minLength: 1, maxLength: 500 })

/** A moment, ISO 8601 with its zone; milliseconds since the epoch after reading. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, like 2026-12-31T00:00:00Z' })
  .transform(value => Date.parse(value))

/** The same in an answer. */
export const time = z.iso.datetime()

/** A span of time, `30d`; milliseconds after reading. `shortest` in milliseconds. */
export const span = (shortest: number) =>
  z
    .string('must be a text like 30d')
    .transform((value, context) => {
      const milliseconds = parseDuration(value)
      if (milliseconds !== undefined && milliseconds >= shortest && milliseconds <= LONGEST_LIFE) {
        return milliseconds
      }
      context.addIssue({ code: 'custom', message: 'must be a span of time, like 1h, 30d or 365d' })
      return z.NEVER
    })
    .meta({ pattern: '^\\d+(?:\\.\\d+)?(ms|s|m|h|d)$' })

/** How many entries of a list are answered at a time. */
export const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'must be a whole number from 1 to 1000')
  .transform(Number)
  .refine(value => value <= 1_000, 'must be a whole number from 1 to 1000')
  .optional()
  .describe('At most so many, 1 to 1000; default 100.')
  .meta({ documented: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 } })

/** An organisation that lists are confined to. */
export const organization = revocableValue
  .optional()
  .describe(
    'Only those of this organisation, to the letter. They are looked for among all: a page may have fewer than `limit`, or none, and yet a `next` to go on with.',
  )

/** In milliseconds; beyond it nothing really ends, and dates do. */
export const LONGEST_LIFE = 100 * 366 * 86_400_000

/** ISO 8601 in UTC; undefined stays undefined. */
export function timeOf(at: number | undefined): string | undefined {
  return at === undefined || Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Control characters, line separators, lone surrogates and what reverses the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

function isPrintable(value: string, longest: number): boolean {
  return value.trim() !== '' && value.length <= longest && !UNPRINTABLE.test(value)
}
