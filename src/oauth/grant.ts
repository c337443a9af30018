import type { OAuthClient } from './client.ts'

/**
 * What a person approved for a client, or an identity provider or administrator for them: a record of the store under
 * `grant:<id>`, in the lists of its subject (`subject:<subject>`) and its client (`client:<id>`). Every token and code
 * of the family names it; when its id is revoked, all end with the next request.
 */
export interface Grant {
  /** `gra_` and 128 random bits. */
  readonly id: string
  readonly client: Pick<OAuthClient, 'id' | 'name' | 'origin' | 'host'>
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** As approved. */
  readonly scopes: readonly string[]
  /** The MCP server, as an absolute URL. */
  readonly resource: string
  /** Undefined where no browser was involved. */
  readonly redirectUri: string | undefined
  /** `name` of the `signIn` entry; undefined for assertions of an identity provider. */
  readonly way: string | undefined
  /** What the person reads about themselves. */
  readonly display: string
  /** Id of the product's credential that it rests on. */
  readonly credential: string | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Last time that a token was given, to the minute; undefined before the code is redeemed. */
  readonly usedAt: number | undefined
}

/** What a client asks for at the authorization endpoint, checked: from here on errors may be redirected. */
export interface AuthorizationRequest {
  readonly clientId: string
  /** Exactly as sent, known to be the client's and allowed. */
  readonly redirectUri: string
  /** To be sent back as it came; undefined where there was none. At most 2,048 characters. */
  readonly state: string | undefined
  /** S256 (RFC 7636): 43 characters of base64url. */
  readonly codeChallenge: string
  /** Asked for, or the default; each offered, none twice. */
  readonly scopes: readonly string[]
  /** The MCP server's URL, normalised (RFC 8707). */
  readonly resource: string
  /** `login`, `consent`, `none` as asked (OpenID Connect Core 3.1.2.1). */
  readonly prompt: ReadonlySet<string>
}
