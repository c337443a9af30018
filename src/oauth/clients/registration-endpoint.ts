import type { OAuthRoute } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { ALIASES, PATHS } from '../paths.ts'
import type { Clients } from './clients.ts'

/** The registration endpoint (RFC 7591 section 3), open to every program that may ask at all. */
export function createRegistrationEndpoint(clients: Pick<Clients, 'register'>): OAuthRoute {
  return {
    method: 'POST',
    paths: [PATHS.register, ALIASES.register],
    errors: 'json',
    consumes: 'application/json',
    cors: true,
    endpoint: async request => ({
      status: 201,
      body: { json: await clients.register(parse(request.body), request) },
    }),
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    const message = 'The body is no JSON. Send the client’s metadata as one JSON object.'
    throw oauthError('oauth_invalid_client_metadata', message, { cause })
  }
}
