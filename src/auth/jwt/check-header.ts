import type { SchemeConfig } from '../../config/schema.ts'
import type { JsonObject } from './read-jwt.ts'
import { refuseJwt } from './refuse-jwt.ts'

export type HeaderRules = Pick<Extract<SchemeConfig, { type: 'jwt' }>, 'algorithms' | 'types'>

/** What is taken of a header that has been checked; everything else in it is ignored. */
export interface CheckedHeader {
  readonly alg: string
  /** Name of the key; undefined where the token names none. */
  readonly kid: string | undefined
}

const LONGEST_KID = 1_024

/**
 * Checks a JWT's header before any cryptography: the algorithm against the allowed ones (RFC 8725 section 3.1),
 * the type against the allowed ones (section 3.11), no critical extensions, since none is understood (RFC 7515
 * section 4.1.11), no unencoded payload (RFC 7797) and no token inside the token.
 *
 * Keys that the header brings along or points at (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
 *
 * @throws PosternError `invalid_token`
 */
export function checkHeader(header: JsonObject, { algorithms, types }: HeaderRules): CheckedHeader {
  const { alg, kid } = header
  const allowed = algorithms.find(algorithm => algorithm === alg)
  if (allowed === undefined) {
    refuseJwt(`This token is not signed with an algorithm that this server takes (${algorithms.join(', ')}).`)
  }
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    refuseJwt('This token has critical extensions, and this server knows none.')
  }
  const type = mediaType(Object.hasOwn(header, 'typ') ? header.typ : 'JWT')
  if (!types.some(taken => mediaType(taken) === type)) {
    refuseJwt(
      `This token is not of a type that this server takes (${types.join(', ')}). Send an access token.`,
    )
  }
  if (Object.hasOwn(header, 'cty')) refuseJwt('This token holds another token. Send an access token.')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > LONGEST_KID)) {
    refuseJwt('This token does not name its key with a text.')
  }
  return { alg: allowed, kid }
}

/** Whether a header says that the token is an access token and nothing else (RFC 9068 section 2.1). */
export function isAccessTokenType(header: JsonObject): boolean {
  return mediaType(header.typ) === 'application/at+jwt'
}

/** RFC 7515 section 4.1.9: `application/` may be left out, and case does not count. */
function mediaType(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined
  const lower = type.toLowerCase()
  return lower.includes('/') ? lower : `application/${lower}`
}
