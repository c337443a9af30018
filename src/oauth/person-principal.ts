import type { Principal } from '../auth/principal.ts'
import type { Person } from './person.ts'

/** What a person's principal may be asked about besides. */
export interface PersonPrincipalOptions {
  /** Default: those of the person, everything where they have no limit. */
  readonly scopes?: readonly string[]
  /** When they signed in, in milliseconds since the epoch. */
  readonly signedInAt?: number
}

/** A person as the policy, its expressions and the revocations know callers. Never let in anywhere: it has no credential. */
export function personPrincipal(
  { subject, organization, roles, scopes, credential }: Person,
  options: PersonPrincipalOptions = {},
): Principal {
  return Object.freeze({
    subject,
    organization,
    roles,
    scopes: options.scopes ?? scopes ?? ['*'],
    scheme: 'oauth',
    schemeIndex: 0,
    credentialId: credential?.id ?? 'none',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    // The product's own credential may be older than that.
    issuedAt: credential === undefined ? options.signedInAt : undefined,
    restsOn: credential === undefined ? [] : [credential.id],
    audience: undefined,
  })
}
