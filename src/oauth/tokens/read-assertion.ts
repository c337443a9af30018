import { checkClaims } from '../../auth/jwt/check-claims.ts'
import { checkHeader } from '../../auth/jwt/check-header.ts'
import { createKeyRing } from '../../auth/jwt/key-ring.ts'
import { type ClaimedCaller, readClaims } from '../../auth/jwt/read-claims.ts'
import { type JsonObject, type ReadJwt, readJwt } from '../../auth/jwt/read-jwt.ts'
import { verifySignature } from '../../auth/jwt/verify-signature.ts'
import type { OAuthConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import { oauthError } from '../oauth-error.ts'
import { oncePer } from '../once-per.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { TokenRequest } from './give-token.ts'

/** An identity provider that the configuration trusts. */
export type IdentityProvider = OAuthConfig['identityProviders'][number]

/** An assertion that was verified, all but that it comes for the first time. */
export interface Assertion {
  readonly provider: IdentityProvider
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** What its `scope` allows at most; undefined where it has none. */
  readonly scopes: readonly string[] | undefined
  /** The MCP server that it is for, as it names it. */
  readonly resource: string
  readonly jti: string
  /** When it ends, the allowed difference of the clocks included; milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Verifies an identity assertion: an ID-JAG (MCP enterprise-managed authorization; RFC 7523 section 3), signed by a
 * configured identity provider for this authorization server, this client and one MCP server.
 *
 * @throws PosternError `oauth_invalid_grant`; `upstream_unavailable` where the provider's keys can't be had, `cancelled`
 */
export type ReadAssertion = (assertion: string, asked: TokenRequest) => Promise<Assertion>

/** `typ` of the header; it tells an ID-JAG from everything else that an identity provider signs. */
const TYPE = 'oauth-id-jag+jwt'
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const
/** Milliseconds. */
const CLOCK_SKEW = 30_000
/** The longest that one is taken after it was issued, whatever it says: they are meant for minutes. */
const LONGEST_LIFE = 3_600_000
const KEYS = { refresh: 600_000, keep: 3_600_000 }

/** Makes that function; what it learns of keys is kept as long as their provider is configured. */
export function createAssertionReader(
  surroundings: Pick<OAuthSurroundings, 'baseUrl' | 'oauth' | 'now'>,
): ReadAssertion {
  const { baseUrl, oauth, now } = surroundings
  const ringOf = oncePer((provider: IdentityProvider) => createKeyRing({ source: provider, ...KEYS, now }))

  async function read(text: string, { client, request }: TokenRequest): Promise<Assertion> {
    const jwt = readJwt(text)
    if (jwt === undefined) refuse('The assertion is no signed JWT.')
    const provider = oauth().identityProviders.find(({ issuer }) => issuer === jwt.claims.iss)
    if (provider === undefined) refuse('The assertion is of an identity provider that is not known here.')
    if (!(provider.clients?.includes(client.id) ?? true))
      refuse('This client may not bring assertions of this identity provider.')
    const header = checkHeader(jwt.header, { algorithms: [...ALGORITHMS], types: [TYPE] })
    const rules = {
      issuer: provider.issuer,
      audience: baseUrl(),
      clockSkew: CLOCK_SKEW,
      maxAge: LONGEST_LIFE,
    }
    // Asked before, so that what is refused anyway costs no question and no cryptography.
    checkClaims(jwt, rules, now())
    const bound = readBinding(jwt, client.id)
    await verifySignature(text, header, ringOf(provider), request.signal)
    const caller = readCaller(jwt, provider)
    return { ...caller, ...bound, provider, expiresAt: checkClaims(jwt, rules, now()) }
  }

  return async (text, asked) => {
    try {
      return await read(text, asked)
    } catch (error) {
      if (!(error instanceof PosternError) || error.code !== 'invalid_token') throw error
      throw oauthError('oauth_invalid_grant', error.message, { cause: error })
    }
  }
}

/** What binds it to this one use: one audience, the client that brings it, one server, an id. */
function readBinding({ claims }: ReadJwt, clientId: string): Pick<Assertion, 'resource' | 'jti'> {
  if (Array.isArray(claims.aud) && claims.aud.length !== 1)
    refuse('The assertion is meant for other servers as well.')
  if (own(claims, 'client_id') !== clientId) refuse('The assertion was issued for another client.')
  const resource = own(claims, 'resource')
  const jti = own(claims, 'jti')
  if (resource === undefined) refuse('The assertion does not name the one resource that it is for.')
  if (jti === undefined) refuse('The assertion has no jti.')
  return { resource, jti }
}

function readCaller(
  { claims }: ReadJwt,
  { subject, organization, roles }: IdentityProvider,
): Pick<Assertion, 'subject' | 'organization' | 'roles' | 'scopes'> {
  const names = { subject, organization, roles, scopes: 'scope', grant: undefined }
  const caller: ClaimedCaller = readClaims(claims, names)
  return {
    subject: caller.subject,
    organization: caller.organization,
    roles: caller.roles,
    scopes: Object.hasOwn(claims, 'scope') ? caller.scopes : undefined,
  }
}

function own(claims: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT ? value : undefined
}

const LONGEST_TEXT = 2_048

/** Nothing in these sentences is out of the assertion. */
function refuse(message: string): never {
  throw oauthError('oauth_invalid_grant', message)
}
