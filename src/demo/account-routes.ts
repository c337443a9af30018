import { NO_BODY, NO_QUERY, type Route, route } from './route.ts'

/** The operation on the caller's own account. Signing in is enough: it tells what the credential allows. */
export function accountRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me',
      operationId: 'getMe',
      scope: undefined,
      query: NO_QUERY,
      body: NO_BODY,
      answer: ({ caller: { scopes, ...user } }) => ({ status: 200, body: { ...user, token: { scopes } } }),
    }),
  ]
}
