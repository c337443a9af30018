import type { ErrorCode } from '../errors.ts'

/**
 * What an endpoint of the authorization server sees of a request and says to it, without any framework. The edge
 * (`register-oauth.ts`) reads and writes the real ones.
 */
export interface OAuthRequest {
  readonly method: string
  /** Path without query. */
  readonly path: string
  /** The query as it came, without `?`; '' for none. */
  readonly query: string
  /** Lower-case names. A header that came twice and may not is refused at the edge. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Names and values as sent. */
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** The body as UTF-8 text; '' for none. */
  readonly body: string
  /** The client's address, as far as proxies are trusted; undefined once the peer is gone. */
  readonly from: string | undefined
  /** The address at the other end of the connection. */
  readonly peer: string | undefined
  readonly requestId: string
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
}

/** What is answered. */
export interface OAuthAnswer {
  readonly status: number
  /** Lower-case names. `cache-control: no-store` and the like are added at the edge. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly SetCookie[]
  readonly body?: OAuthBody
}

/** One of: JSON, a whole HTML page, nothing. */
export type OAuthBody = { readonly json: unknown } | { readonly html: string }

/** A cookie to set; without a value, to delete. Always HttpOnly, SameSite=Lax, Path=/; Secure where the site is https. */
export interface SetCookie {
  /** Without `__Host-`, which the edge puts before it where the site is https. */
  readonly name: string
  readonly value: string | undefined
  /** Milliseconds. */
  readonly maxAge?: number
}

/** Answers one request. What it throws, the edge turns into the endpoint's kind of error: JSON or a page. */
export type OAuthEndpoint = (request: OAuthRequest) => Promise<OAuthAnswer>

/** Something that happened, for the audit. Never holds a secret. */
export interface OAuthEvent {
  readonly type:
    | 'client_registered'
    | 'signed_in'
    | 'sign_in_failed'
    | 'approved'
    | 'denied'
    | 'token_issued'
    | 'token_refused'
    | 'reuse_detected'
    | 'revoked'
  readonly requestId: string
  readonly client?: string | undefined
  readonly subject?: string | undefined
  readonly organization?: string | undefined
  readonly grant?: string | undefined
  /** Id of a minted token that its owner revoked. */
  readonly token?: string | undefined
  readonly scopes?: readonly string[] | undefined
  /** Error code of `errors.ts` where it was refused. */
  readonly code?: ErrorCode | undefined
  readonly from?: string | undefined
}

/** One address of the authorization server. */
export interface OAuthRoute {
  readonly method: 'GET' | 'POST'
  /** The first is the one that metadata and pages name; the others are aliases. */
  readonly paths: readonly string[]
  /** What an error looks like: JSON of RFC 6749 section 5.2 for programs, a page for people. */
  readonly errors: 'json' | 'page'
  /** Media type of the body that is read; undefined: none is. */
  readonly consumes?: 'application/x-www-form-urlencoded' | 'application/json'
  /** Pages of every origin may call it and read the answer; never with cookies. */
  readonly cors?: boolean
  readonly endpoint: OAuthEndpoint
}
