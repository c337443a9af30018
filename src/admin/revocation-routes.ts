import { z } from 'zod'
import type { Revocation } from '../store/revocation.ts'
import { limit, revocableKind, revocableValue } from './field.ts'
import { lift } from './lift.ts'
import { revocationAnswer, toRevocationAnswer } from './revocation-answer.ts'
import { revocationBody, toRevocation } from './revocation-body.ts'
import { revoke } from './revoke.ts'
import { defineRoute } from './route.ts'

const createRevocation = defineRoute({
  method: 'POST',
  path: '/revocations',
  operationId: 'createRevocation',
  summary: 'Revoke',
  description:
    'Answers once the store has confirmed: no instance accepts what is revoked for any request that starts afterwards. ' +
    'A whole subject, organisation or client ends all credentials that may be older, those of the product’s own until the revocation is lifted or ends. ' +
    'With `recheck` nobody is refused, but no earlier answer counts any longer: the product is asked again at the next request. ' +
    'That is what a product calls when a user signs out, is deleted or changed, or one of its own tokens is deleted.',
  body: revocationBody,
  status: 201,
  answer: revocationAnswer,
  takesSignature: true,
  errors: ['invalid_params', 'not_found'],
  async run({ body, webhook }, { store, now }) {
    const revocation = toRevocation(body, now())
    if (webhook?.isReplay !== true) return { answer: toRevocationAnswer(await revoke(store, revocation)) }
    // Acted upon before, and perhaps taken back since: that stands.
    await store.fresh()
    const { kind, value, recheck } = revocation
    const { revocations } = store
    const known = recheck ? revocations.findRecheck(kind, value) : revocations.find(kind, value)
    return { answer: toRevocationAnswer(known ?? revocation) }
  },
})

const listRevocations = defineRoute({
  method: 'GET',
  path: '/revocations',
  operationId: 'listRevocations',
  summary: 'List what is revoked',
  description: 'Oldest first, without those that have ended.',
  query: z.strictObject({
    kind: revocableKind.optional().describe('Only those of this kind.'),
    value: revocableValue.optional().describe('Only those of this value.'),
    limit,
    after: z
      .string()
      .regex(/^\d{1,16}$/, 'must be what `next` of the page before said')
      .optional()
      .describe('`next` of the page before.'),
  }),
  status: 200,
  answer: z.strictObject({
    revocations: z.array(revocationAnswer),
    next: z.string().optional().describe('`after` of the next page; left out on the last.'),
  }),
  errors: ['invalid_params'],
  async run({ query }, { store, now }) {
    await store.fresh()
    const after = Number(query.after ?? -1)
    const at = now()
    const rest = store.revocations
      .all()
      .filter(({ sequence, until }) => sequence > after && (until === undefined || at < until))
      .filter(({ kind }) => query.kind === undefined || kind === query.kind)
      .filter(({ value }) => query.value === undefined || value === query.value)
    const page = rest.slice(0, query.limit ?? 100)
    const next = nextOf(rest, page)
    return { answer: { revocations: page.map(toRevocationAnswer), ...(next !== undefined && { next }) } }
  },
})

function nextOf(rest: readonly Revocation[], page: readonly Revocation[]): string | undefined {
  return page.length < rest.length ? String(page.at(-1)?.sequence) : undefined
}

const liftRevocation = defineRoute({
  method: 'DELETE',
  path: '/revocations/{kind}/{value}',
  operationId: 'liftRevocation',
  summary: 'Take a revocation back',
  description: 'What was refused is good again from the next request on, where it has not ended otherwise.',
  params: z.strictObject({
    kind: revocableKind.describe('What was revoked.'),
    value: revocableValue.describe('The credential’s id, the subject, the organisation or the OAuth client.'),
  }),
  status: 204,
  errors: ['invalid_params', 'not_found', 'conflict'],
  async run({ params }, { store }) {
    await lift(store, params.kind, params.value)
    return {}
  },
})

/** What can be done about revocations. */
export const REVOCATION_ROUTES = [createRevocation, listRevocations, liftRevocation]
