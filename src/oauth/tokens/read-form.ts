import type { OAuthRequest } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { type Parameters, readParameters } from '../read-parameters.ts'

/**
 * The parameters of a request of a client: those of its body. An address with parameters is refused, as addresses are
 * logged on their way, and secrets must not be in them (RFC 6749 sections 2.3.1 and 3.2).
 *
 * @throws PosternError `oauth_invalid_request`
 */
export function readForm({ query, body }: Pick<OAuthRequest, 'query' | 'body'>): Parameters {
  if (query !== '')
    throw oauthError('oauth_invalid_request', 'Send the parameters in the body, and none in the address.')
  return readParameters(body)
}
