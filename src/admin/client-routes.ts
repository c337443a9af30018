import { z } from 'zod'
import { PosternError } from '../errors.ts'
import { createMachine, listMachines, revokeMachine } from '../oauth/clients/machines.ts'
import { clientAnswer, toClientAnswer } from './client-answer.ts'
import type { AdminDesk, OAuthDesk } from './desk.ts'
import { limit, revocableValue } from './field.ts'
import { defineRoute } from './route.ts'

const text = z.string('must be a text').max(1_024, 'is too long')
const texts = z.array(text, 'must be a list').max(64, 'must have at most 64')

/** What was asked for is put on record, so what is private must not get so far. */
const keySet = z
  .looseObject({ keys: z.array(z.looseObject({}), 'must be a list').max(16, 'must have at most 16') })
  .refine(
    ({ keys }) => !keys.some(key => PRIVATE.some(member => member in key)),
    'has private keys: send the public ones only, and replace these',
  )

/** Members of a key that only its owner knows (RFC 7518 section 6). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const clientId = z.strictObject({
  id: z
    .string()
    .regex(/^mch_[A-Za-z0-9_-]{16,32}$/, 'must be the id of a machine client, mch_…')
    .describe('Its `client_id`.'),
})

const createClient = defineRoute({
  method: 'POST',
  path: '/clients',
  operationId: 'createClient',
  summary: 'Make a client for a machine',
  description:
    'It gets tokens by the grant of client credentials (RFC 6749 section 4.4), with a secret or, better, with keys of its own (`private_key_jwt`). For any subject, organisation, roles and scopes: who may do this may do everything. The secret is in this answer and nowhere else.',
  body: z
    .strictObject({
      name: text.describe('What people call it, 1 to 64 characters.'),
      scopes: texts.describe('Most that its tokens allow: `read:invoices`, `write:*`. At least one.'),
      subject: text.optional().describe('Whom its tokens speak for; default: its own id.'),
      organization: text.optional().describe('The organisation (tenant) it belongs to.'),
      roles: texts.optional().describe('Roles, for conditions.'),
      keys: keySet.optional().describe('Its public keys (RFC 7517); without them it gets a secret.'),
    })
    .meta({ title: 'ClientRequest' }),
  status: 201,
  answer: clientAnswer
    .extend({
      secret: z
        .string()
        .optional()
        .describe('Shown this once, and kept nowhere; left out where it has keys.'),
      warnings: z.array(z.string()).optional().describe('What is probably not meant.'),
    })
    .meta({ title: 'NewClient' }),
  errors: ['invalid_params', 'conflict'],
  async run({ body }, desk) {
    const { prefix, secrets, signs } = serverOf(desk)
    if (!signs) throw new PosternError('conflict', { message: NO_KEYS })
    const { store, now, unmatchedScopes } = desk
    const { machine, secret } = await createMachine(body, { store, secrets, prefix, now: now() })
    const warnings = unmatchedScopes(machine.scopes).map(
      scope => `The scope ${scope} opens no tool of this gateway.`,
    )
    return {
      answer: {
        ...toClientAnswer(machine),
        ...(secret !== undefined && { secret }),
        ...(warnings.length > 0 && { warnings }),
      },
      about: { id: machine.id },
    }
  },
})

const listClients = defineRoute({
  method: 'GET',
  path: '/clients',
  operationId: 'listClients',
  summary: 'List the clients of machines',
  description: 'In the order of their ids, revoked ones included.',
  query: z.strictObject({
    organization: revocableValue.optional().describe('Only those of this organisation, to the letter.'),
    limit,
    after: clientId.shape.id.optional().describe('`next` of the page before.'),
  }),
  status: 200,
  answer: z.strictObject({
    clients: z.array(clientAnswer),
    next: z.string().optional().describe('`after` of the next page; left out on the last.'),
  }),
  errors: ['invalid_params', 'conflict'],
  async run({ query: { organization, after = '', limit: size = 100 } }, desk) {
    serverOf(desk)
    const rest = (await listMachines(desk.store)).filter(
      machine => machine.id > after && (organization === undefined || machine.organization === organization),
    )
    const page = rest.slice(0, size)
    const next = page.length < rest.length ? page.at(-1)?.id : undefined
    return { answer: { clients: page.map(toClientAnswer), ...(next !== undefined && { next }) } }
  },
})

const revokeClient = defineRoute({
  method: 'DELETE',
  path: '/clients/{id}',
  operationId: 'revokeClient',
  summary: 'Revoke the client of a machine',
  description:
    'For good: it gets no more tokens, and the very next request with one that it has is refused, on every instance. Repeating is harmless.',
  params: clientId,
  status: 204,
  errors: ['invalid_params', 'not_found', 'conflict'],
  async run({ params: { id } }, desk) {
    serverOf(desk)
    if (await revokeMachine(desk.store, id, desk.now())) return {}
    throw new PosternError('not_found', {
      message: 'There is no machine client of this id. Nothing was revoked.',
    })
  },
})

const NO_KEYS =
  'Tokens of machines are signed, and this gateway has no keys for that. An administrator can set signing.keys.'

function serverOf({ oauth }: AdminDesk): OAuthDesk {
  const found = oauth()
  if (found !== undefined) return found
  throw new PosternError('conflict', {
    message:
      'This gateway gives no OAuth tokens itself. An administrator can add `- type: oauth` under auth.',
  })
}

/** What can be done about clients of machines. */
export const CLIENT_ROUTES = [createClient, listClients, revokeClient]
