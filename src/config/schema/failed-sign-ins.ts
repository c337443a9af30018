import { z } from 'zod'
import { quota } from './limit.ts'

/** Wrong credentials that are put up with before new ones have to wait: see `auth/attempts/`. */
export const failedSignInsSchema = z.strictObject({
  perAddress: quota(['min', 'h'])
    .prefault('30/min')
    .describe(
      'From one address (of IPv6, from one /64; four times as many from a /48). Set `trustedProxies` where a proxy stands in front, or all callers share its address.',
    ),
  perSubject: quota(['min', 'h'])
    .prefault('10/min')
    .describe('For one claimed subject (`subject` of scheme `headers`) from one address.'),
  perSubjectAnywhere: quota(['min', 'h'])
    .prefault('100/h')
    .describe('For one claimed subject from all addresses together.'),
})

/** `failedSignIns` as the rest of the program gets it, where it is not switched off. */
export type FailedSignInsConfig = z.output<typeof failedSignInsSchema>
