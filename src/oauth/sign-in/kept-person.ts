import { z } from 'zod'
import { openHeaders, sealHeaders } from '../../auth/sealed-headers.ts'
import type { Person } from '../person.ts'

/** A person as the store keeps them: what they have typed can be opened by their browser alone. */
export const keptPersonSchema = z.strictObject({
  subject: z.string().min(1),
  organization: z.string().optional(),
  roles: z.array(z.string()),
  scopes: z.array(z.string()).optional(),
  display: z.string(),
  way: z.string().min(1),
  credential: z.strictObject({ id: z.string().min(1), sealed: z.string() }).optional(),
  /** When they signed in, in milliseconds since the epoch. */
  signedInAt: z.int(),
})

/** See {@link keptPersonSchema}. */
export type KeptPerson = z.output<typeof keptPersonSchema>

/**
 * What is kept of a person.
 *
 * @param secret - of the cookie that opens the credential; the store has its digest at most
 * @param place - the record that it is kept in
 */
export function keepPerson(person: Person, signedInAt: number, secret: string, place: string): KeptPerson {
  const { subject, organization, roles, scopes, display, way, credential } = person
  return {
    subject,
    ...(organization !== undefined && { organization }),
    roles: [...roles],
    ...(scopes !== undefined && { scopes: [...scopes] }),
    display,
    way,
    ...(credential !== undefined && {
      credential: {
        id: credential.id,
        sealed: sealHeaders(secret, credential.headers, place),
      },
    }),
    signedInAt,
  }
}

/** The person again. @throws PosternError `sealed_credential_unreadable` */
export function openPerson(kept: KeptPerson, secret: string, place: string): Person {
  const { subject, organization, roles, scopes, display, way, credential } = kept
  return Object.freeze({
    subject,
    organization,
    roles,
    scopes,
    display,
    way,
    credential: credential && {
      id: credential.id,
      headers: openHeaders(secret, credential.sealed, place),
    },
  })
}
