import type { ClaimNames } from './jwt/read-claims.ts'

/**
 * What Postern's own machine tokens look like: JWT access tokens (RFC 9068) that clients get by client credentials.
 * Who writes them (`oauth/tokens/client-credentials.ts`) and who reads them (`schemes/oauth.ts`) agree here.
 *
 * Besides these claims there are `iss` (the issuer), `aud` (the MCP server's URL), `client_id`, `jti`, `iat`, `exp`.
 */
export const MACHINE_CLAIMS = Object.freeze({
  subject: 'sub',
  organization: 'org',
  roles: 'roles',
  scopes: 'scope',
  grant: undefined,
}) satisfies ClaimNames

/**
 * The header's `typ` (RFC 9068 section 2.1), which tells them from everything else that is signed with the same keys.
 */
export const MACHINE_TOKEN_TYPE = 'at+jwt'

/** The id of one as a credential, for the audit and for revocation. */
export function machineCredentialId(jti: string): string {
  return `jti_${jti}`
}
