import { type GivenHeaders, openHeaders } from '../../auth/sealed-headers.ts'
import type { SignInConfig } from '../../config/schema.ts'
import { PosternError } from '../../errors.ts'
import type { Grant } from '../grant.ts'
import type { ReadGrant } from '../grants/kept-grant.ts'
import { personPrincipal } from '../person-principal.ts'
import type { ProductSignIn } from '../sign-in/verify-credential.ts'
import type { TokenOptions } from './give-token.ts'
import { givenKey, refreshPlace } from './refresh-record.ts'
import { refuseGrant } from './refuse-grant.ts'

/** Whom a connection speaks for, as of now. */
export interface RefreshedPerson {
  readonly organization: string | undefined
  readonly roles: readonly string[]
  /** Scopes that they can give at most; undefined: all that are offered. */
  readonly limits: readonly string[] | undefined
  /** Request headers of the product's credential; undefined where the grant rests on none. */
  readonly given: GivenHeaders | undefined
  /** What the store holds of it: sealed, to be kept as long as the spent token may be used again. */
  readonly sealed: string | undefined
}

/** What the product, or the configuration, says against a connection for good. */
export type Refusal = 'credential refused' | 'other subject'

/**
 * Learns whether the person behind a grant may still have it. Where it rests on the product's credential, that is opened
 * with the refresh token and the product is asked again; else they are who they were, as far as the configuration still
 * lets them in.
 *
 * @returns a {@link Refusal} where the grant is to end
 * @throws PosternError `oauth_invalid_grant` where the configuration has no such way any longer, or lets others in only;
 *   `upstream_unavailable` where the product can't be asked; `cancelled`
 */
export async function refreshPerson(
  options: TokenOptions,
  { grant, limits }: ReadGrant,
  token: string,
  signal: AbortSignal,
): Promise<RefreshedPerson | Refusal> {
  const { oauth, store } = options.surroundings
  const way = oauth().signIn.find(({ name }) => name === grant.way)
  if (way === undefined && grant.way !== undefined)
    refuseGrant(`there is no way of signing in called ${grant.way}`)
  if (grant.credential === undefined) {
    const { organization, roles } = grant
    const own = way?.grant ?? limits
    refuseUnwelcome(way, grant, own)
    return { organization, roles, limits: own, given: undefined, sealed: undefined }
  }
  if (way?.type !== 'product') refuseGrant(`${grant.way} is no product’s credential any longer`)
  const sealed = await store.getRecord(givenKey(token))
  if (sealed === undefined) refuseGrant('the credential of the refresh token is gone')
  const given = openHeaders(token, sealed, refreshPlace(grant.id))
  const verified = await verify(options, way, given, signal)
  if (verified === undefined) return 'credential refused'
  if (verified.subject !== grant.subject) return 'other subject'
  return {
    organization: verified.organization,
    roles: verified.roles,
    limits: verified.scopes,
    given,
    sealed,
  }
}

async function verify(
  { verifyCredential }: TokenOptions,
  way: ProductSignIn,
  given: GivenHeaders,
  signal: AbortSignal,
) {
  try {
    return await verifyCredential(way, given, signal)
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    if (error.code === 'invalid_token') return undefined
    if (error.code === 'oauth_access_denied') refuseGrant('the way of signing in lets others in only')
    throw error
  }
}

/** The condition of a way of signing in holds for as long as a connection, not for its first day. */
function refuseUnwelcome(
  way: SignInConfig | undefined,
  { subject, organization, roles, display }: Grant,
  limits: readonly string[] | undefined,
): void {
  if (way?.when === undefined) return
  const person = {
    subject,
    organization,
    roles,
    scopes: limits,
    display,
    way: way.name,
    credential: undefined,
  }
  if (way.when.evaluate(personPrincipal(person)) !== true)
    refuseGrant('the way of signing in lets others in only')
}
