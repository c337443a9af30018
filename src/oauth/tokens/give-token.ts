import type { OAuthClient } from '../client.ts'
import type { Clients } from '../clients/clients.ts'
import type { Grants } from '../grants/grants.ts'
import type { OAuthRequest } from '../http.ts'
import type { Parameters } from '../read-parameters.ts'
import type { VerifyProductCredential } from '../sign-in/verify-credential.ts'
import type { OAuthSurroundings } from '../surroundings.ts'

/** What the endpoints for tokens work with. */
export interface TokenOptions {
  readonly surroundings: OAuthSurroundings
  readonly clients: Clients
  readonly grants: Grants
  readonly verifyCredential: VerifyProductCredential
}

/** A request to the token endpoint, whose client has proved who it is. */
export interface TokenRequest {
  readonly client: OAuthClient
  readonly form: Parameters
  readonly request: OAuthRequest
  /** The store's count (`KnownRevocations.sequence`) before the client was asked who it is. */
  readonly asOf: number
}

/** Answers one `grant_type`. @throws PosternError as RFC 6749 section 5.2 has them; 503 where nobody can be asked */
export type GiveToken = (asked: TokenRequest) => Promise<GivenToken>

/** A token that was given, and for whom. */
export interface GivenToken {
  readonly accessToken: string
  /** Milliseconds that it lives. */
  readonly lifetime: number
  readonly scopes: readonly string[]
  readonly refreshToken: string | undefined
  readonly subject: string
  readonly organization: string | undefined
  /** `gra_…`; undefined for machines. */
  readonly grant: string | undefined
}
