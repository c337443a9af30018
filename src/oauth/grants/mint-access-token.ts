import { type MintedToken, mintToken } from '../../auth/mint-token.ts'
import { type GivenHeaders, sealHeaders } from '../../auth/sealed-headers.ts'
import { accessPlace } from '../../auth/token-sealing.ts'
import type { Grant } from '../grant.ts'

/** What an access token shall be, besides what its grant says. */
export interface AccessTokenOptions {
  /** Of the scheme `oauth`. */
  readonly prefix: string
  readonly scopes: readonly string[]
  /** Request headers of the product's credential, lower-case names; undefined where the grant rests on none. */
  readonly given: GivenHeaders | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Makes an access token of a grant: called like the client, for the grant's person and MCP server, with its own copy of
 * the product's credential that only its holder can open. Nothing is saved.
 *
 * @param now - milliseconds since the epoch
 * @throws PosternError `invalid_params` for a subject, organisation, role or name that no token can have
 */
export function mintAccessToken(grant: Grant, options: AccessTokenOptions, now: number): MintedToken {
  const { client, subject, organization, roles, resource, credential } = grant
  const { prefix, scopes, given, expiresAt } = options
  return mintToken(
    {
      prefix: `${prefix}oat_`,
      name: client.name,
      subject,
      ...(organization !== undefined && { organization }),
      roles,
      scopes,
      expiresAt,
      oauth: (id, token) => ({
        grant: grant.id,
        client: client.id,
        resource,
        credential,
        sealed: given && sealHeaders(token, given, accessPlace(id)),
      }),
    },
    now,
  )
}
