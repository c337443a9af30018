import { isClaimedText } from '../../auth/claimed-value.ts'
import { issuerOf } from '../../auth/jwt/issuer-of.ts'
import { PosternError } from '../../errors.ts'
import type { FlowRooms } from '../authorize/flow-rooms.ts'
import type { OAuthRequest } from '../http.ts'
import type { Person } from '../person.ts'
import type { Parameters } from '../read-parameters.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { readTyped, type TypedCredential } from './typed-credential.ts'
import type { ProductSignIn } from './verify-credential.ts'

/**
 * Signs in by the product's own credential, as somebody has typed it.
 *
 * @throws PosternError `oauth_invalid_request`, `invalid_token`, `too_many_attempts`, `oauth_access_denied`,
 *   `upstream_unavailable`, `store_unavailable`; none of them holds anything of what was typed
 */
export async function signInWithProduct(
  way: ProductSignIn,
  form: Parameters,
  http: OAuthRequest,
  rooms: Pick<FlowRooms, 'guardTyping' | 'verify' | 'surroundings'>,
): Promise<Person> {
  const typed = readTyped(way, form, isMintedHere(rooms.surroundings))
  return rooms.guardTyping(typed, http.from, async () => {
    try {
      return await verifiedPerson(way, typed.headers, http, rooms)
    } catch (error) {
      throw error instanceof PosternError && error.code === 'invalid_token' ? forPeople(way, error) : error
    }
  })
}

/** Whom a credential of the product belongs to now. @throws as `VerifyProductCredential` */
export async function verifiedPerson(
  way: ProductSignIn,
  headers: TypedCredential['headers'],
  { signal }: OAuthRequest,
  { verify }: Pick<FlowRooms, 'verify'>,
): Promise<Person> {
  const verified = await verify(way, headers, signal)
  const { subject, organization, roles, scopes, credentialId } = verified
  return Object.freeze({
    subject,
    organization,
    roles,
    scopes,
    display: verified.display ?? verifiedName(way, headers) ?? subject,
    way: way.name,
    credential: { id: credentialId, headers },
  })
}

/** Who they said they are, where the product was asked whether that is so. */
function verifiedName(way: ProductSignIn, headers: TypedCredential['headers']): string | undefined {
  const claimed = way.subject === undefined ? undefined : headers[way.subject.toLowerCase()]
  return way.verify.identity !== undefined && isClaimedText(claimed) ? claimed : undefined
}

/** Whether a value is a token of this gateway: by the prefixes of the configuration, or a machine's by its issuer. */
function isMintedHere({
  config,
  baseUrl,
}: Pick<OAuthSurroundings, 'config' | 'baseUrl'>): (token: string) => boolean {
  const prefixes = config().auth.flatMap(scheme => {
    if (scheme.type === 'token') return [scheme.prefix]
    return scheme.type === 'oauth' ? ['oat_', 'ort_', 'oac_'].map(kind => scheme.prefix + kind) : []
  })
  return token => prefixes.some(prefix => token.startsWith(prefix)) || issuerOf(token) === baseUrl()
}

/** The reason stays: it tells a credential that was right once from a guess. */
function forPeople({ title }: ProductSignIn, { data, detail, message }: PosternError): PosternError {
  const reason = data?.reason
  return new PosternError('invalid_token', {
    message:
      reason === undefined
        ? `${title} does not accept this. Check what you have typed, or get a new credential there, then try again.`
        : message,
    ...(data !== undefined && { data }),
    ...(detail !== undefined && { detail }),
  })
}
