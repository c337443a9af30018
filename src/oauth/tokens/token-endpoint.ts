import { PosternError } from '../../errors.ts'
import type { GrantType } from '../client.ts'
import type { OAuthAnswer, OAuthRequest, OAuthRoute } from '../http.ts'
import { oauthError } from '../oauth-error.ts'
import { ALIASES, PATHS } from '../paths.ts'
import { createClientCredentials } from './client-credentials.ts'
import { createAssertionExchange } from './exchange-assertion.ts'
import type { GivenToken, GiveToken, TokenOptions } from './give-token.ts'
import { readForm } from './read-form.ts'
import { createCodeRedemption } from './redeem-code.ts'
import { createRefresh } from './refresh.ts'

/**
 * The token endpoint (RFC 6749 section 3.2): parameters in the body alone, none twice; then the client proves who it
 * is; then the file of its `grant_type` answers.
 */
export function createTokenEndpoint(options: TokenOptions): OAuthRoute {
  const answers: Readonly<Record<GrantType, GiveToken>> = {
    authorization_code: createCodeRedemption(options),
    refresh_token: createRefresh(options),
    client_credentials: createClientCredentials(options),
    'urn:ietf:params:oauth:grant-type:jwt-bearer': createAssertionExchange(options),
  }
  const isGrantType = (name: string): name is GrantType => Object.hasOwn(answers, name)
  const { surroundings, clients } = options
  const { store, onEvent } = surroundings

  async function give(request: OAuthRequest, tell: (client: string) => void): Promise<GivenToken> {
    const form = readForm(request)
    const grantType = form.get('grant_type')
    if (grantType === undefined)
      throw oauthError('oauth_invalid_request', 'The parameter grant_type is missing.')
    if (!isGrantType(grantType)) throw oauthError('oauth_unsupported_grant_type')
    await store.fresh()
    const asOf = store.revocations.sequence
    const client = await clients.authenticate(request, form)
    tell(client.id)
    if (!client.grantTypes.has(grantType)) throw oauthError('oauth_unauthorized_client')
    return answers[grantType]({ client, form, request, asOf })
  }

  return {
    method: 'POST',
    paths: [PATHS.token, ALIASES.token],
    errors: 'json',
    consumes: 'application/x-www-form-urlencoded',
    cors: true,
    async endpoint(request) {
      const { requestId, from } = request
      let client: string | undefined
      try {
        const token = await give(request, id => {
          client = id
        })
        const { subject, organization, grant, scopes } = token
        onEvent({ type: 'token_issued', requestId, client, subject, organization, grant, scopes, from })
        return toAnswer(token)
      } catch (error) {
        const code = error instanceof PosternError ? error.code : 'internal_error'
        onEvent({ type: 'token_refused', requestId, client, code, from })
        throw error
      }
    },
  }
}

/** RFC 6749 section 5.1. What was granted is always said: it may be less than was asked for. */
function toAnswer({ accessToken, lifetime, scopes, refreshToken }: GivenToken): OAuthAnswer {
  return {
    status: 200,
    body: {
      json: {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: Math.floor(lifetime / 1_000),
        ...(refreshToken !== undefined && { refresh_token: refreshToken }),
        scope: scopes.join(' '),
      },
    },
  }
}
