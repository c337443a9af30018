import type { Authenticated } from './principal.ts'
import { openHeaders } from './sealed-headers.ts'
import { accessPlace } from './token-sealing.ts'

/** The product's credential as it is kept beside an access token: nobody opens it without the token itself. */
export interface SealedGift {
  /** Of the record, `oat_…`. */
  readonly tokenId: string
  readonly sealed: string
}

/**
 * What a request with this access token brings along: the function that opens what its owner gave when the client was
 * connected. It is opened for a call and not before; the token lives as long as the function, which is the request.
 */
export function openGiven(
  token: string,
  { tokenId, sealed }: SealedGift,
): NonNullable<Authenticated['given']> {
  return () => openHeaders(token, sealed, accessPlace(tokenId))
}
