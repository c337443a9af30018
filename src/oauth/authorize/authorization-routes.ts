import { CONSENT, createConsentAnswer, createConsentPage } from '../consent/consent-endpoint.ts'
import type { OAuthRoute } from '../http.ts'
import { createCallback } from '../sign-in/callback-endpoint.ts'
import { CALLBACK } from '../sign-in/oidc.ts'
import { SIGN_IN } from '../sign-in/show-sign-in.ts'
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
      paths: ['/oauth/authorize', '/authorize'],
      errors: 'page',
      endpoint: createAuthorize(rooms),
    },
    { method: 'GET', paths: [SIGN_IN], errors: 'page', endpoint: createSignInPage(rooms) },
    { method: 'POST', paths: [SIGN_IN], ...form, endpoint: createSignInAnswer(rooms) },
    { method: 'GET', paths: [CALLBACK], errors: 'page', endpoint: createCallback(rooms) },
    { method: 'GET', paths: [CONSENT], errors: 'page', endpoint: createConsentPage(rooms) },
    { method: 'POST', paths: [CONSENT], ...form, endpoint: createConsentAnswer(rooms) },
  ]
}
