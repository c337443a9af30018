import type { Principal } from '../auth/principal.ts'

/** A caller with these scopes, roles and flags, of this organisation, and nothing else, for commands that show what such a caller sees. */
export function pretendCaller(
  scopes: readonly string[],
  roles: readonly string[] = [],
  flags: readonly string[] = [],
  organization?: string,
): Principal {
  return {
    subject: 'postern-cli',
    organization,
    roles,
    scopes,
    scheme: 'token',
    schemeIndex: 0,
    credentialId: 'postern-cli',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    issuedAt: undefined,
    restsOn: [],
    audience: undefined,
    flags,
  }
}
