import { z } from 'zod'
import type { Machine } from '../oauth/clients/machines.ts'
import { time, timeOf } from './field.ts'

/** A machine's client as it is shown: never its secret, nor the hash of it. */
export const clientAnswer = z
  .strictObject({
    id: z.string().describe('Its `client_id`.'),
    name: z.string(),
    subject: z.string().describe('Whom its tokens speak for.'),
    organization: z.string().optional(),
    roles: z.array(z.string()),
    scopes: z.array(z.string()).describe('Most that its tokens allow.'),
    authentication: z
      .enum(['client_secret', 'private_key_jwt'])
      .describe('How it proves who it is (RFC 6749 section 2.3, RFC 7523 section 2.2).'),
    createdAt: time,
    revokedAt: time.optional(),
  })
  .meta({ title: 'Client' })

/** Shows a machine's client. */
export function toClientAnswer(machine: Machine): z.input<typeof clientAnswer> {
  const { id, name, subject, organization, roles, scopes, authentication, createdAt, revokedAt } = machine
  return {
    id,
    name,
    subject,
    ...(organization !== undefined && { organization }),
    roles: [...roles],
    scopes: [...scopes],
    authentication,
    createdAt: timeOf(createdAt) ?? '',
    revokedAt: timeOf(revokedAt),
  }
}
