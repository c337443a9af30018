import { PosternError } from '../errors.ts'
import type { Store, TokenRecord } from '../store/store.ts'
import { createExpiringCache } from './expiring-cache.ts'
import { hashToken } from './hash-token.ts'
import { keepPrincipal } from './keep-principal.ts'
import type { Authenticated, Principal } from './principal.ts'

/** What {@link createTokenFinder} needs. */
export interface TokenFinderOptions<Kind extends TokenRecord> {
  readonly store: Pick<Store, 'findToken' | 'touchToken'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Whether a record is of the scheme that asks; every other one is unknown to it. */
  readonly isOwn: (record: TokenRecord) => record is Kind
  /** Frozen. Asked once for a record as long as it stays the same. */
  readonly toPrincipal: (record: Kind) => Principal
}

/** The owner of a token that is in the store; `make` says what goes with it for this one request. */
export type FindToken<Kind> = (
  token: string,
  make: (known: Authenticated, record: Kind) => Authenticated,
) => Authenticated | Promise<Authenticated>

/** What Postern gives itself is never shown to a product. */
const NOTHING_TO_FORWARD: Authenticated['forwardable'] = Object.freeze({})

/**
 * Makes the look-up of tokens of Postern's own, minted or of the authorization server. The store is asked for every
 * request, so a revocation holds from the next one on.
 *
 * Tokens are looked up by their SHA-256: no secret is compared byte by byte here, and the time that a look-up
 * takes says nothing about the token, only about a hash that nobody can steer.
 *
 * @returns throws PosternError `invalid_token`, `store_unavailable`
 */
export function createTokenFinder<Kind extends TokenRecord>({
  store: { findToken, touchToken },
  now,
  isOwn,
  toPrincipal,
}: TokenFinderOptions<Kind>): FindToken<Kind> {
  const callers = new WeakMap<TokenRecord, Authenticated>()
  // The store may hand out a new object for an unchanged record; the principal stays the same.
  const principals = createExpiringCache<Principal>(10_000)

  function accept(found: TokenRecord | undefined, make: Parameters<FindToken<Kind>>[1]): Authenticated {
    const at = now()
    if (found === undefined || !isOwn(found)) refuse('This token is unknown. Was all of it copied?')
    checkTimes(found, at)
    touchToken(found.id, at)
    const known = callers.get(found)
    if (known !== undefined) return make(known, found)
    const principal = keepPrincipal(principals.peek(found.id), toPrincipal(found))
    principals.set(found.id, principal, at, Number.POSITIVE_INFINITY)
    const caller = Object.freeze({ principal, forwardable: NOTHING_TO_FORWARD })
    callers.set(found, caller)
    return make(caller, found)
  }

  return (token, make) => {
    const found = findToken(hashToken(token))
    return found instanceof Promise ? found.then(record => accept(record, make)) : accept(found, make)
  }
}

function checkTimes(record: TokenRecord, now: number): void {
  if (record.revokedAt !== undefined) refuse('This token was revoked. Ask for a new one.', 'revoked')
  if (record.expiresAt !== undefined && !(now < record.expiresAt)) {
    refuse('This token has expired. Ask for a new one.', 'expired')
  }
}

/** `reason` tells a token that was right once from a guess. */
function refuse(message: string, reason?: 'revoked' | 'expired'): never {
  throw new PosternError('invalid_token', { message, ...(reason !== undefined && { data: { reason } }) })
}
