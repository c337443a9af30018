/** Who is calling, after verification: the only thing the rest of the program knows about the caller. */
export interface Principal {
  /** Stable id of the person or machine, as the product or the token names it. */
  readonly subject: string
  /** The organisation (tenant) the credential belongs to. */
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Scopes as granted, unexpanded: `read:invoices`, `write:*`, a tool's name, `*`, a declared name. */
  readonly scopes: readonly string[]
  /** The scheme that signed the caller in: `token`, `bearer`, `headers`, `jwt`, `anonymous`. */
  readonly scheme: SchemeType
  /** Position of that scheme in the configuration's `auth` list. */
  readonly schemeIndex: number
  /** Id of the credential for audit and revocation; never the credential itself. */
  readonly credentialId: string
  /** When the credential ends, in milliseconds since the epoch; undefined where it does not. */
  readonly expiresAt: number | undefined
}

/** The ways of signing in that this version offers. */
export type SchemeType = 'token' | 'bearer' | 'headers' | 'jwt' | 'anonymous'

/** What {@link authenticate} hands on: the caller, and what the caller presented. */
export interface Authenticated {
  /** Frozen, and the same object for the same credential as long as its verification is cached. */
  readonly principal: Principal
  /**
   * Request headers that present the caller's own credential to the product again, lower-case names. Empty
   * unless the scheme may be forwarded (`bearer`, `headers`). Lives as long as the request, never logged.
   */
  readonly forwardable: Readonly<Record<string, string>>
}
