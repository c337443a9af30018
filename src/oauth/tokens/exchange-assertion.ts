import { hash } from 'node:crypto'
import type { RecordKey } from '../../store/records.ts'
import { findServer } from '../find-server.ts'
import type { Grant } from '../grant.ts'
import { newGrantId } from '../grants/grant-id.ts'
import { oauthError } from '../oauth-error.ts'
import { required } from '../read-parameters.ts'
import { askedScopes } from './asked-scopes.ts'
import { givableScopes } from './givable-scopes.ts'
import type { GiveToken, TokenOptions, TokenRequest } from './give-token.ts'
import { issueTokens } from './issue-tokens.ts'
import { type Assertion, createAssertionReader } from './read-assertion.ts'

/**
 * `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523) with an identity assertion of the company's
 * identity provider (ID-JAG; MCP enterprise-managed authorization): the company has approved the connection, so there
 * is no page. Only for clients that prove who they are.
 *
 * An assertion is good for one token. Its `jti` is spent in the commit that gives it, so a request that is refused does
 * not spend it. There is no refresh token: the identity provider is asked again each time, and may say no.
 */
export function createAssertionExchange({ surroundings }: TokenOptions): GiveToken {
  const read = createAssertionReader(surroundings)
  return async asked => {
    if (asked.client.authentication.method === 'none') {
      throw oauthError('oauth_unauthorized_client', 'Only clients with a secret or key may bring assertions.')
    }
    const assertion = await read(required(asked.form, 'assertion'), asked)
    const { url, path } = findServer(surroundings, assertion.resource)
    const named = asked.form.get('resource')
    if (named !== undefined && findServer(surroundings, named).url !== url) {
      throw oauthError('oauth_invalid_target', 'The assertion is for another resource than the request.')
    }
    const scopes = scopesOf(surroundings, asked, assertion, path)
    const grant = grantOf(asked, assertion, url, scopes, surroundings.now())
    const key = usedKey(assertion)
    const until = surroundings.now() + surroundings.oauth().accessToken
    const expiresAt = assertion.expiresAt + MARGIN
    return issueTokens(surroundings, {
      isRefreshable: false,
      check: async () => {
        if ((await surroundings.store.getRecord(key)) !== undefined) {
          throw oauthError('oauth_invalid_grant', 'This assertion was used before. Ask for a new one.')
        }
        return {
          kept: { grant, asOf: asked.asOf, limits: assertion.scopes, until },
          text: undefined,
          scopes,
          given: undefined,
          spends: [{ key, before: undefined, after: 'used', expiresAt }],
        }
      },
    })
  }
}

/** The store's clock may be ahead, in milliseconds. */
const MARGIN = 60_000

function usedKey({ provider, jti }: Assertion): RecordKey {
  return `used:${hash('sha256', `assertion\n${provider.issuer}\n${jti}`, 'base64url')}`
}

/** What the client asks for, the assertion and the provider's entry allow, and all else that limits tokens. */
function scopesOf(
  surroundings: TokenOptions['surroundings'],
  { client, form }: TokenRequest,
  { subject, organization, roles, scopes, provider }: Assertion,
  path: string,
): readonly string[] {
  const limited = (asked: readonly string[] | undefined, limit: readonly string[] | undefined) =>
    givableScopes(surroundings, {
      path,
      asked,
      person: { subject, organization, roles, scopes: limit },
      clientScopes: client.scopes,
    })
  return limited(limited(askedScopes(form) ?? scopes, scopes), provider.grant)
}

function grantOf(
  { client: { id, name, origin, host } }: TokenRequest,
  { subject, organization, roles }: Assertion,
  resource: string,
  scopes: readonly string[],
  at: number,
): Grant {
  return {
    id: newGrantId(),
    client: { id, name, origin, host },
    subject,
    organization,
    roles,
    scopes,
    resource,
    redirectUri: undefined,
    way: undefined,
    display: subject,
    credential: undefined,
    createdAt: at,
    usedAt: undefined,
  }
}
