import { z } from 'zod'
import { REVOCABLE, type Revocation } from '../store/revocation.ts'
import { endsForGood } from './ends-for-good.ts'
import { time, timeOf } from './field.ts'

/** A revocation as it is shown. */
export const revocationAnswer = z
  .strictObject({
    kind: z.enum(REVOCABLE),
    value: z.string().describe('The credential’s id, the subject, the organisation or the OAuth client.'),
    recheck: z.boolean().describe('Nothing is refused; earlier answers about it no longer count.'),
    at: time.describe('When it was said.'),
    until: time.optional().describe('When it ends by itself; left out where it does not.'),
    reason: z.string().optional(),
    liftable: z
      .boolean()
      .describe(
        'False for a minted token and a connection, whose revocations are for good, and for a recheck.',
      ),
  })
  .meta({ title: 'Revocation' })

/** Shows a revocation. */
export function toRevocationAnswer(
  revocation: Omit<Revocation, 'sequence'>,
): z.input<typeof revocationAnswer> {
  const { kind, value, recheck, at, until, reason } = revocation
  const isForGood = kind === 'credential' && endsForGood(value) && !recheck
  return {
    kind,
    value,
    recheck,
    at: timeOf(at) ?? '',
    // The token itself is revoked for good; only the word about it is forgotten one day.
    ...(until !== undefined && !isForGood && { until: timeOf(until) }),
    ...(reason !== undefined && { reason }),
    liftable: !isForGood && !recheck,
  }
}
