import { createAuthorizationRoutes } from './authorize/authorization-routes.ts'
import { type CreateClientsOptions, createClients } from './clients/create-clients.ts'
import { createRegistrationEndpoint } from './clients/registration-endpoint.ts'
import { createConnectionRoutes } from './connections/routes.ts'
import { createGrants } from './grants/create-grants.ts'
import type { OAuthRoute } from './http.ts'
import { oncePer } from './once-per.ts'
import { createRedirectPolicy } from './redirects/create-redirect-policy.ts'
import { createSessions } from './sign-in/sessions.ts'
import { createCredentialVerifier } from './sign-in/verify-credential.ts'
import type { OAuthSurroundings } from './surroundings.ts'
import { createIntrospectionEndpoint } from './tokens/introspection-endpoint.ts'
import { createRevocationEndpoint } from './tokens/revocation-endpoint.ts'
import { createTokenEndpoint } from './tokens/token-endpoint.ts'

/** All addresses of the authorization server, wired. Its metadata is apart, since that is there without it, too. */
export function createAuthorizationServer(
  surroundings: OAuthSurroundings,
  options: Pick<CreateClientsOptions, 'documents' | 'onPause'> = {},
): readonly OAuthRoute[] {
  const clients = createClients(surroundings, options)
  const grants = createGrants(surroundings)
  const policyOf = oncePer(createRedirectPolicy)
  const redirects = { check: (uri: string) => policyOf(surroundings.oauth()).check(uri) }
  const tokens = { surroundings, clients, grants, verifyCredential: createCredentialVerifier(surroundings) }
  return [
    ...createAuthorizationRoutes({ surroundings, clients, redirects, grants }),
    createTokenEndpoint(tokens),
    createRevocationEndpoint(tokens),
    createIntrospectionEndpoint(tokens),
    createRegistrationEndpoint(clients),
    ...createConnectionRoutes({
      surroundings,
      grants,
      sessions: createSessions(surroundings),
    }),
  ]
}
