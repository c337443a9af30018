import type { OAuthClient } from '../client.ts'
import type { AuthorizationRequest, Grant } from '../grant.ts'
import type { Person } from '../person.ts'

/** The grants of this installation. */
export interface Grants {
  /** Undefined where there is none, or it was revoked. */
  find(id: string): Promise<Grant | undefined>
  /** Grants of a subject, of a client, or all, by id. */
  page(query: GrantQuery): Promise<readonly Grant[]>
  /**
   * Ends a grant with every code and token of its family, as of the next request on any node. Resolves once that is
   * so; false if there was none.
   */
  revoke(id: string): Promise<boolean>
  /** Gives a code for what was approved; its grant begins here. */
  issueCode(approved: Approved): Promise<IssuedCode>
}

/** Which grants to read. */
export interface GrantQuery {
  readonly subject?: string | undefined
  readonly client?: string | undefined
  /** Id of the last one that was read before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** What a person has approved. */
export interface Approved {
  readonly client: OAuthClient
  readonly request: AuthorizationRequest
  readonly person: Person
  /** Ticked and within what the person can give; at least one. */
  readonly scopes: readonly string[]
  /**
   * The store's count (`KnownRevocations.sequence`) before it was asked whether the person may go on: what is said from
   * then on ends the grant. Default: as of now.
   */
  readonly asOf?: number | undefined
}

/** The code for the redirect; shown nowhere else. */
export interface IssuedCode {
  readonly code: string
  readonly grant: Grant
}
