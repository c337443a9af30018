import { z } from 'zod'
import { type NewRevocation, RECHECK_LIFE, type Revocable } from '../store/revocation.ts'
import { endsForGood } from './ends-for-good.ts'
import { moment, revocableKind, revocableValue, span, words } from './field.ts'
import { CREDENTIAL_ID } from './minted-id.ts'

const common = {
  recheck: z
    .boolean()
    .optional()
    .describe('Refuses nobody: what was known of the caller no longer counts, and is asked anew.'),
  until: moment.optional().describe('When it ends by itself.'),
  expiresIn: span(1).optional().describe('The same as a span of time from now: `12h`, `30d`.'),
  reason: words.optional().describe('In words, for lists.'),
}

/** What can be revoked, in one of three spellings. */
export const revocationBody = z
  .strictObject({
    kind: revocableKind.optional(),
    value: revocableValue
      .optional()
      .describe(
        'The credential’s id as the audit has it, the subject, the organisation or the OAuth client.',
      ),
    jti: revocableValue.optional().describe('A JWT by its claim `jti`: for kind credential, value `jti_…`.'),
    token: z
      .string('must be a text')
      .regex(/^tok_[A-Za-z0-9_-]{1,64}$/, 'must be the id of a minted token, tok_…, never the token itself')
      .optional()
      .describe('A minted token by its id: for kind credential, value `tok_…`.'),
    ...common,
  })
  .superRefine((body, context) => {
    const say = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path })
    const ways = [body.kind ?? body.value, body.jti, body.token].filter(way => way !== undefined)
    if (ways.length !== 1) say('one of kind and value, jti, or token must be there')
    else if ((body.kind === undefined) !== (body.value === undefined)) say('kind and value belong together')
    if (body.kind === 'credential' && body.value !== undefined && !CREDENTIAL_ID.test(body.value)) {
      say(
        'a credential is named by its id in the audit (tok_…, oat_…, gra_…, crd_…, jti_…, jwt_…); write that, never the credential itself',
      )
    }
    const ends = [body.until, body.expiresIn].filter(end => end !== undefined)
    if (ends.length === 2) say('until and expiresIn exclude each other')
    if (ends.length > 0 && body.recheck === true)
      say('a recheck does not end: leave until and expiresIn away')
    const { kind, value } = targetOf(body)
    if (ends.length > 0 && kind === 'credential' && endsForGood(value)) {
      say('a minted token or a connection is revoked for good: leave until and expiresIn away')
    }
  })
  .meta({
    title: 'NewRevocation',
    oneOf: [{ required: ['kind', 'value'] }, { required: ['jti'] }, { required: ['token'] }],
  })

type Body = z.output<typeof revocationBody>

/** What the body means. */
export function toRevocation(body: Body, now: number): NewRevocation {
  const recheck = body.recheck ?? false
  const ends = body.until ?? (body.expiresIn === undefined ? undefined : now + body.expiresIn)
  return {
    ...targetOf(body),
    recheck,
    at: now,
    until: recheck ? now + RECHECK_LIFE : ends,
    reason: body.reason,
  }
}

function targetOf({ kind, value, jti, token }: Pick<Body, 'kind' | 'value' | 'jti' | 'token'>): {
  readonly kind: Revocable
  readonly value: string
} {
  if (token !== undefined) return { kind: 'credential', value: token }
  if (jti !== undefined) return { kind: 'credential', value: `jti_${jti}` }
  return { kind: kind ?? 'credential', value: value ?? '' }
}
