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
  /** The OAuth client that the credential was issued to, as verified; undefined where nothing says so. */
  readonly client: string | undefined
  /**
   * Minted tokens: the store's number of their creation. A revocation of a whole subject has a number of the same
   * count, and ends the tokens of lower ones: no clock is asked.
   */
  readonly sequence: number | undefined
  /**
   * The earliest time, in milliseconds since the epoch, at which the credential can have been issued; undefined where
   * nobody says. A revocation of a whole subject ends what may be older.
   */
  readonly issuedAt: number | undefined
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
  /**
   * The caller's own token, where an identity provider may be asked to exchange it (schemes `jwt` and `bearer`); never
   * one that Postern minted. Lives as long as the request, never logged.
   */
  readonly exchangeable?: string
}
