import { z } from 'zod'
import { PosternError } from '../errors.ts'
import { connectionAnswer, toConnectionAnswer } from './connection-answer.ts'
import type { AdminDesk, OAuthDesk } from './desk.ts'
import { limit, organization, revocableValue } from './field.ts'
import { matchingPage } from './matching-page.ts'
import { defineRoute } from './route.ts'

const connectionId = z.strictObject({
  id: z
    .string()
    .regex(/^gra_[A-Za-z0-9_-]{1,64}$/, 'must be the id of a connection, gra_…')
    .describe('Id of the connection.'),
})

const listConnections = defineRoute({
  method: 'GET',
  path: '/connections',
  operationId: 'listConnections',
  summary: 'List the connections',
  description:
    'Which OAuth clients are connected, in whose name and for what; everyone’s. In the order of their ids, without those that have ended.',
  query: z.strictObject({
    subject: revocableValue.optional().describe('Only those of this subject.'),
    client: revocableValue.optional().describe('Only those of this `client_id`.'),
    organization,
    limit,
    after: connectionId.shape.id.optional().describe('`next` of the page before.'),
  }),
  status: 200,
  answer: z.strictObject({
    connections: z.array(connectionAnswer),
    next: z.string().optional().describe('`after` of the next page; left out on the last.'),
  }),
  errors: ['invalid_params', 'conflict'],
  async run({ query }, desk) {
    const { subject, client, organization, limit: size = 100 } = query
    const grants = grantsOf(desk)
    const { things, next } = await matchingPage({
      read: (after, limit) => grants.page({ subject, client, after, limit }),
      matches: organization === undefined ? undefined : grant => grant.organization === organization,
      after: query.after,
      limit: size,
    })
    return {
      answer: { connections: things.map(toConnectionAnswer), ...(next !== undefined && { next }) },
    }
  },
})

const endConnection = defineRoute({
  method: 'DELETE',
  path: '/connections/{id}',
  operationId: 'endConnection',
  summary: 'End a connection',
  description:
    'For good, with all its tokens: the very next request with one of them is refused, on every instance. The client has to ask its person anew.',
  params: connectionId,
  status: 204,
  errors: ['invalid_params', 'not_found', 'conflict'],
  async run({ params: { id } }, desk) {
    const grants = grantsOf(desk)
    const grant = await grants.find(id)
    // A connection that is there but dead already is ended all the same: it may be half done.
    if (await grants.revoke(id))
      return { about: grant && { client: grant.client.id, subject: grant.subject } }
    throw new PosternError('not_found', {
      message: 'There is no connection of this id, or it has ended. Nothing was changed.',
    })
  },
})

function grantsOf({ oauth }: AdminDesk): OAuthDesk['grants'] {
  const found = oauth()
  if (found !== undefined) return found.grants
  throw new PosternError('conflict', {
    message:
      'This gateway connects no OAuth clients itself. An administrator can add `- type: oauth` under auth.',
  })
}

/** What can be done about connections. */
export const CONNECTION_ROUTES = [listConnections, endConnection]
