import type { SchemeConfig } from '../../config/schema.ts'
import { claimedId, claimedList, claimedValue, isClaimedText } from '../claimed-value.ts'
import type { JsonObject } from './read-jwt.ts'
import { refuseJwt } from './refuse-jwt.ts'

export type ClaimNames = Pick<
  Extract<SchemeConfig, { type: 'jwt' }>,
  'subject' | 'organization' | 'scopes' | 'roles' | 'grant'
>

/** Who the caller is, by the claims. */
export interface ClaimedCaller {
  readonly subject: string
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Those of the token and those that every caller of the scheme has. */
  readonly scopes: readonly string[]
  /** The token's own id (RFC 7519 section 4.1.7); undefined where it has none that can be used. */
  readonly jti: string | undefined
  /** Whom it was issued to: `client_id` (RFC 9068 section 2.2), or `azp` (OpenID Connect Core section 2). */
  readonly client: string | undefined
  /** `iat` in milliseconds since the epoch, as the token has it; undefined where it has none. */
  readonly iat: number | undefined
}

/**
 * Reads the caller out of verified claims, where the configuration says they are. The subject must be there;
 * the others may be missing, but not of another form.
 *
 * @throws PosternError `invalid_token`
 */
export function readClaims(claims: JsonObject, names: ClaimNames): ClaimedCaller {
  const subject = readId(claims, names.subject)
  if (subject === undefined)
    refuseJwt(`This token does not say who the caller is: it has no ${names.subject}.`)
  return {
    subject,
    organization: names.organization === undefined ? undefined : readId(claims, names.organization),
    roles: readList(claims, names.roles),
    scopes: [...new Set([...(names.grant ?? []), ...readList(claims, names.scopes)])],
    jti: readOwn(claims, 'jti'),
    client: readOwn(claims, 'client_id') ?? readOwn(claims, 'azp'),
    iat: Object.hasOwn(claims, 'iat') && typeof claims.iat === 'number' ? claims.iat * 1_000 : undefined,
  }
}

function readOwn(claims: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  return isClaimedText(value) ? value : undefined
}

/** The claim of this very name (`https://acme.com/roles` is one), else the own member at the dotted path. */
function claimAt(claims: JsonObject, path: string): unknown {
  return Object.hasOwn(claims, path) ? (claims[path] ?? undefined) : claimedValue(claims, path)
}

function readId(claims: JsonObject, path: string): string | undefined {
  const value = claimAt(claims, path)
  if (value === undefined) return undefined
  return claimedId(value) ?? refuseJwt(`This token’s ${path} can’t be read.`)
}

function readList(claims: JsonObject, path: string | undefined): readonly string[] {
  const value = path === undefined ? undefined : claimAt(claims, path)
  if (value === undefined) return []
  const list = claimedList(value) ?? refuseJwt(`This token’s ${path} is no list.`)
  return list.map(item => (isClaimedText(item) ? item : refuseJwt(`This token’s ${path} are not all texts.`)))
}
