import { z } from 'zod'
import { schemeSchema } from './scheme.ts'
import { tier } from './values.ts'

/** How many in how long, as parsed from `60/min`. */
export interface Quota {
  readonly amount: number
  readonly unit: QuotaUnit
  /** The unit in milliseconds. */
  readonly window: number
}

const WINDOWS = { s: 1_000, min: 60_000, h: 3_600_000, day: 86_400_000 } as const
type QuotaUnit = keyof typeof WINDOWS

/** Beyond this, sums are no longer exact and no limit is meant. */
const MOST = 1_000_000_000

/** How many in how long, written `60/min` with one of these units. */
export const quota = (units: readonly QuotaUnit[]) =>
  z
    .string()
    .transform((text, context): Quota => {
      const [, digits = '', name = ''] = /^(\d{1,10})\/([a-z]+)$/.exec(text) ?? []
      const unit = units.find(candidate => candidate === name)
      const amount = Number(digits)
      if (unit !== undefined && amount >= 1 && amount <= MOST) return { amount, unit, window: WINDOWS[unit] }
      const examples = units.map(each => `60/${each}`).join(' or ')
      context.addIssue({
        code: 'custom',
        message: `not how many in how long; write ${examples}, from 1 to ${MOST}`,
      })
      return z.NEVER
    })
    .meta({ title: 'quota' })

/** One value or several. */
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(100)])

const toolName = z
  .string()
  .regex(/^[A-Za-z0-9_*-]{1,64}$/, 'not a tool name; write letters, digits, _ and -, and * for any of them')

const schemeType = z.literal(schemeSchema.options.map(option => option.shape.type.value))

/** One entry of `limits`: what is counted together, which calls, and how many are let through. */
export const limitSchema = z
  .strictObject({
    per: z
      .enum(['principal', 'subject', 'organization', 'client', 'tool', 'server'])
      .describe(
        'What has its own count: each credential (`principal`), each person (`subject`), each organization (callers without one: each subject), each client (the OAuth client that the credential was issued to, else the name that the client gives itself), each tool, or each endpoint as a whole (`server`).',
      ),
    tier: oneOrMore(tier).optional().describe('Only calls of tools of this tier, or these; default: all.'),
    tool: oneOrMore(toolName)
      .optional()
      .describe('Only calls of this tool, or these; `*` matches any part; default: all.'),
    scheme: oneOrMore(schemeType)
      .optional()
      .describe('Only callers who signed in this way, or these; default: all.'),
    rate: quota(['s', 'min', 'h'])
      .optional()
      .describe(
        'Calls, `60/min`: no more in any minute, on all instances together. With `burst`, a token bucket.',
      ),
    burst: z
      .int()
      .min(1)
      .max(MOST)
      .optional()
      .describe(
        'Makes `rate` a token bucket of this size: so many calls at once, and as many as `rate` says in the long run.',
      ),
    budget: quota(['h', 'day'])
      .optional()
      .describe(
        'What calls may cost, `500/day`: no more in any 24 hours. A call costs 1, or what its rule says (`cost`).',
      ),
  })
  .refine(
    ({ rate, budget }) => rate !== undefined || budget !== undefined,
    'it limits nothing; add rate or budget',
  )
  .refine(
    ({ rate, burst }) => burst === undefined || rate !== undefined,
    'burst has no rate; add rate, or remove burst',
  )
