import { z } from 'zod'
import { PosternError } from '../errors.ts'
import { limit, moment, organization, revocableValue, span } from './field.ts'
import { issueToken } from './issue-token.ts'
import { matchingPage } from './matching-page.ts'
import { revoke } from './revoke.ts'
import { rotateToken } from './rotate-token.ts'
import { defineRoute } from './route.ts'
import { tokenAnswer, toTokenAnswer } from './token-answer.ts'

const text = z.string('must be a text').max(1_024, 'is too long')
/** Further ones nobody can oversee, and the audit would have to hold them. */
const texts = z.array(text, 'must be a list').max(100, 'must have at most 100')

const newTokenAnswer = tokenAnswer
  .extend({
    token: z.string().describe('The credential. It is shown this once, and kept nowhere.'),
    warnings: z.array(z.string()).optional().describe('What is probably not meant.'),
  })
  .meta({ title: 'NewToken' })

const tokenId = z.strictObject({
  id: z
    .string()
    .regex(/^tok_[A-Za-z0-9_-]{1,64}$/, 'must be the id of a token, tok_…')
    .describe('Id of the token, never the token itself.'),
})

const createToken = defineRoute({
  method: 'POST',
  path: '/tokens',
  operationId: 'createToken',
  summary: 'Mint a token',
  description:
    'For any subject, organisation, roles and scopes: who may do this may do everything. The token is in this answer and nowhere else.',
  body: z
    .strictObject({
      name: text.describe('What its owner calls it, 1 to 64 characters.'),
      scopes: texts.describe('What it allows: `read:invoices`, `write:*`, a tool’s name. At least one.'),
      subject: text.optional().describe('Who calls with it; default: its name.'),
      organization: text.optional().describe('The organisation (tenant) it belongs to.'),
      roles: texts.optional().describe('Roles, for conditions and for this API.'),
      expiresAt: moment.optional().describe('When it ends; default: it does not.'),
      expiresIn: span(1).optional().describe('The same as a span of time from now: `12h`, `30d`.'),
    })
    .refine(
      ({ expiresAt, expiresIn }) => expiresAt === undefined || expiresIn === undefined,
      'expiresAt and expiresIn exclude each other',
    )
    .meta({ title: 'TokenRequest' }),
  status: 201,
  answer: newTokenAnswer,
  errors: ['invalid_params', 'conflict'],
  async run({ body }, { store, now, tokenPrefix, unmatchedScopes }) {
    const { expiresAt, expiresIn, name, subject = name, organization, roles = [], scopes } = body
    const at = now()
    const lifetime = expiresAt === undefined ? expiresIn : expiresAt - at
    const minted = await issueToken(
      store,
      prefixOrRefuse(tokenPrefix()),
      { name, subject, ...(organization !== undefined && { organization }), roles, scopes, lifetime },
      at,
    )
    const warnings = unmatchedScopes(minted.record.scopes).map(
      scope => `The scope ${scope} opens no tool of this gateway.`,
    )
    return {
      answer: {
        token: minted.token,
        ...toTokenAnswer(minted.record),
        ...(warnings.length > 0 && { warnings }),
      },
      about: { id: minted.record.id },
    }
  },
})

const listTokens = defineRoute({
  method: 'GET',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'List the tokens',
  description: 'Oldest first, revoked and expired ones included.',
  query: z.strictObject({
    subject: revocableValue.optional().describe('Only those of this subject.'),
    organization,
    limit,
    after: tokenId.shape.id.optional().describe('`next` of the page before.'),
  }),
  status: 200,
  answer: z.strictObject({
    tokens: z.array(tokenAnswer),
    next: z.string().optional().describe('`after` of the next page; left out on the last.'),
  }),
  errors: ['invalid_params', 'not_found'],
  async run({ query }, { store }) {
    const { subject, organization, after, limit: size = 100 } = query
    await store.fresh()
    if (after !== undefined && (await store.getToken(after)) === undefined) throw notFound()
    const { things, next } = await matchingPage({
      read: (last, limit) => store.pageTokens({ subject, after: last, limit }),
      matches: organization === undefined ? undefined : token => token.organization === organization,
      after,
      limit: size,
    })
    return { answer: { tokens: things.map(toTokenAnswer), ...(next !== undefined && { next }) } }
  },
})

const revokeToken = defineRoute({
  method: 'DELETE',
  path: '/tokens/{id}',
  operationId: 'revokeToken',
  summary: 'Revoke a token',
  description:
    'For good: the very next request with it is refused, on every instance. Repeating is harmless.',
  params: tokenId,
  status: 204,
  errors: ['invalid_params', 'not_found'],
  async run({ params: { id } }, { store, now }) {
    const about = { recheck: false, at: now(), until: undefined, reason: undefined }
    await revoke(store, { kind: 'credential', value: id, ...about })
    return {}
  },
})

const rotate = defineRoute({
  method: 'POST',
  path: '/tokens/{id}/rotate',
  operationId: 'rotateToken',
  summary: 'Replace a token',
  description:
    'Mints a token of the same name, subject, organisation, roles, scopes and lifetime. The old one ends after the overlap, with `0s` at once.',
  params: tokenId,
  body: z
    .strictObject({ overlap: span(0).describe('For how long the old one goes on: `0s`, `1h`, `7d`.') })
    .meta({ title: 'Rotation' }),
  status: 201,
  answer: newTokenAnswer,
  errors: ['invalid_params', 'not_found', 'conflict'],
  async run({ params: { id }, body: { overlap } }, { store, now, tokenPrefix }) {
    const prefix = prefixOrRefuse(tokenPrefix())
    const { token, record } = await rotateToken(store, { id, overlap, prefix, now: now() })
    return { answer: { token, ...toTokenAnswer(record) }, about: { newId: record.id } }
  },
})

function prefixOrRefuse(prefix: string | undefined): string {
  if (prefix !== undefined) return prefix
  throw new PosternError('conflict', {
    message:
      'This gateway takes no tokens of its own making. An administrator can add `- type: token` under auth.',
  })
}

function notFound(): PosternError {
  return new PosternError('not_found', { message: 'There is no token of this id to go on from.' })
}

/** What can be done about tokens. */
export const TOKEN_ROUTES = [createToken, listTokens, revokeToken, rotate]
