import { z } from 'zod'
import type { Grant } from '../oauth/grant.ts'
import { time, timeOf } from './field.ts'

/** A connection as it is shown: a grant of the authorization server. None of its tokens, nor their hashes. */
export const connectionAnswer = z
  .strictObject({
    id: z.string().describe('For the audit and to end it.'),
    client: z
      .strictObject({
        id: z.string().describe('`client_id`; of a metadata document its URL.'),
        name: z.string().describe('As the client says; verified only where an administrator has written it.'),
        origin: z
          .enum(['configured', 'registered', 'document', 'machine'])
          .describe('Where the client is known from.'),
        host: z
          .string()
          .optional()
          .describe('Of a metadata document: the host that it came from, which is verified.'),
      })
      .describe('The program that was connected.'),
    subject: z.string(),
    organization: z.string().optional(),
    roles: z.array(z.string()),
    scopes: z.array(z.string()).describe('As approved.'),
    resource: z.string().describe('URL of the MCP server that it is for.'),
    redirectUri: z.string().optional().describe('Left out where no browser was involved.'),
    way: z
      .string()
      .optional()
      .describe('`name` of the way of signing in; left out for assertions of an identity provider.'),
    credential: z
      .string()
      .optional()
      .describe('Id of the product’s credential that it rests on, and ends with.'),
    createdAt: time,
    lastUsedAt: time.optional().describe('When a token was last given; left out where none was yet.'),
  })
  .meta({ title: 'Connection' })

/** Shows a connection. */
export function toConnectionAnswer(grant: Grant): z.input<typeof connectionAnswer> {
  const { id, client, subject, organization, roles, scopes, resource, redirectUri, way, credential } = grant
  return {
    id,
    client: {
      id: client.id,
      name: client.name,
      origin: client.origin,
      ...(client.host !== undefined && { host: client.host }),
    },
    subject,
    ...(organization !== undefined && { organization }),
    roles: [...roles],
    scopes: [...scopes],
    resource,
    ...(redirectUri !== undefined && { redirectUri }),
    ...(way !== undefined && { way }),
    ...(credential !== undefined && { credential }),
    createdAt: timeOf(grant.createdAt) ?? '',
    lastUsedAt: timeOf(grant.usedAt),
  }
}
