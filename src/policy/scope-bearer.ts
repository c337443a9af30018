import type { Principal } from '../auth/principal.ts'

/** Somebody who has nothing but this scope: for questions about the scope itself, never for a call. */
export function scopeBearer(scope: string): Principal {
  return Object.freeze({
    subject: 'nobody',
    organization: undefined,
    roles: [],
    scopes: [scope],
    scheme: 'token',
    schemeIndex: 0,
    credentialId: 'none',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    issuedAt: undefined,
    restsOn: [],
    audience: undefined,
  })
}
