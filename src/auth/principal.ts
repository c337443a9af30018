import type { SealedGift } from './open-given.ts'

/** Who is calling, after verification: the only thing the rest of the program knows about the caller. */
export interface Principal {
  /** Stable id of the person or machine, as the product or the token names it. */
  readonly subject: string
  /** The organisation (tenant) the credential belongs to. */
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Scopes as granted, unexpanded: `read:invoices`, `write:*`, a tool's name, `*`, a declared name. */
  readonly scopes: readonly string[]
  /** The scheme that signed the caller in: `token`, `bearer`, `headers`, `jwt`, `oauth`, `anonymous`. */
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
  /**
   * Ids of what the credential rests on, and ends with when they are revoked: its grant (`gra_…`), the product's
   * credential behind that (`crd_…`). Empty for credentials that stand for themselves.
   */
  readonly restsOn: readonly string[]
  /**
   * What it was issued for: URLs of MCP servers, or other names. Undefined where nothing says so; it is then good at
   * every endpoint that takes its scheme.
   */
  readonly audience: readonly string[] | undefined
  /**
   * What the product says is switched on for this caller (`entitlements`); undefined where it isn't asked, or nobody
   * could say, so that every condition over them refuses.
   */
  readonly flags?: readonly string[] | undefined
  /**
   * Members that the product is asked for and that nobody could say right now, for the words of a refusal. Roles are
   * empty then, flags undefined.
   */
  readonly unlearnt?: readonly Entitlement[] | undefined
}

/** Members of a principal that the product is asked for, besides what the credential says. */
export type Entitlement = 'flags' | 'roles'

/** The ways of signing in that this version offers. */
export type SchemeType = 'token' | 'bearer' | 'headers' | 'jwt' | 'oauth' | 'anonymous'

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
   * Says that the product has refused what is {@link forwardable}: who verified it asks about it anew, and not too often.
   * Only where somebody else than Postern verifies.
   */
  readonly doubt?: () => void
  /**
   * The caller's own token, where an identity provider may be asked to exchange it (schemes `jwt` and `bearer`); never
   * one that Postern minted. Lives as long as the request, never logged.
   */
  readonly exchangeable?: string
  /**
   * Opens the product's credential that the user gave when the client was connected: request headers, lower-case names.
   * Only where scheme `oauth` signed in by the product. Opened for a call, never kept or logged.
   *
   * @throws PosternError `sealed_credential_unreadable`
   */
  readonly given?: () => Readonly<Record<string, string>>
  /** What {@link given} opens, for whoever keeps a caller and not the token. */
  readonly gift?: SealedGift
}
