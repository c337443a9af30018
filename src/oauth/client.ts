import type { JSONWebKeySet } from 'jose'

/** A client of the authorization server, wherever it is known from. Frozen. */
export interface OAuthClient {
  /** `client_id`; of a metadata document its URL. */
  readonly id: string
  /** What people read; 1 to 64 printable characters, without anything that changes the direction of text. */
  readonly name: string
  /**
   * `configured`: in the configuration file. `registered`: registered itself (RFC 7591). `document`: named by the URL
   * of its metadata. `machine`: made by an administrator for client credentials.
   */
  readonly origin: 'configured' | 'registered' | 'document' | 'machine'
  /** Of `document`: the host that the metadata was fetched from over TLS. It is the only thing that is verified. */
  readonly host: string | undefined
  /** As registered; compared by `redirects/match-redirect.ts`. Empty for machines. */
  readonly redirectUris: readonly string[]
  readonly grantTypes: ReadonlySet<GrantType>
  readonly authentication: ClientAuthentication
  /** Most scopes that it may have; undefined: all that are offered. */
  readonly scopes: readonly string[] | undefined
  /** Of `machine`: whom its tokens speak for. */
  readonly acts: MachinePrincipal | undefined
}

/** Ways of getting a token (RFC 6749 section 1.3, RFC 7523 section 2.1). */
export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** How a client proves at the token endpoint who it is (RFC 6749 section 2.3, RFC 7523 section 2.2). */
export type ClientAuthentication =
  | { readonly method: 'none' }
  /** `hash`: argon2id in PHC form, of `client-secret.ts`. Taken as `client_secret_basic` and `client_secret_post`. */
  | { readonly method: 'client_secret'; readonly hash: string }
  | { readonly method: 'private_key_jwt'; readonly keys: JSONWebKeySet | { readonly uri: string } }

/** Whom a machine's tokens speak for. */
export interface MachinePrincipal {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
}
