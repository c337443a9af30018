import { createConsentAnswer, createConsentPage } from '../consent/consent-endpoint.ts'
import type { OAuthRoute } from '../http.ts'
import { ALIASES, PATHS } from '../paths.ts'
import { createCallback } from '../sign-in/callback-endpoint.ts'
import { FURTHER_CALLBACKS } from '../sign-in/callback-path.ts'
import { createSignInAnswer, createSignInPage } from '../sign-in/sign-in-endpoint.ts'
import { createAuthorize } from './authorize-endpoint.ts'
import { createFlowRooms, type FlowOptions } from './flow-rooms.ts'

/**
 * The addresses that a person's browser goes through until a client has its code: the client's request, signing in, the
 * way back from an identity provider, and the question whether the client may connect.
 */
export function createAuthorizationRoutes(options: FlowOptions): readonly OAuthRoute[] {
  const rooms = createFlowRooms(options)
  const form = { errors: 'page', consumes: 'application/x-www-form-urlencoded' } as const
  return [
    {
      method: 'GET',
      paths: [PATHS.authorize, ALIASES.authorize],
      errors: 'page',
      endpoint: createAuthorize(rooms),
    },
    { method: 'GET', paths: [PATHS.signIn], errors: 'page', endpoint: createSignInPage(rooms) },
    { method: 'POST', paths: [PATHS.signIn], ...form, endpoint: createSignInAnswer(rooms) },
    {
      method: 'GET',
      paths: [PATHS.callback, FURTHER_CALLBACKS],
      errors: 'page',
      endpoint: createCallback(rooms),
    },
    { method: 'GET', paths: [PATHS.consent], errors: 'page', endpoint: createConsentPage(rooms) },
    { method: 'POST', paths: [PATHS.consent], ...form, endpoint: createConsentAnswer(rooms) },
  ]
}
