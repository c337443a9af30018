import { hash, randomBytes } from 'node:crypto'
import { openGiven, type SealedGift } from './open-given.ts'
import type { Authenticated, Principal } from './principal.ts'
import { LONGEST_JWT, readToken } from './read-token.ts'
import type { PresentedHeaders } from './scheme.ts'

/** Callers who may go on for a while although the store can't be asked about them. */
export interface StaleCallers {
  /**
   * Notes that a credential was verified, the store included.
   *
   * @param began - what {@link now} said before the store was asked
   * @param asOf - `KnownRevocations.sequence` then
   */
  keep(presented: PresentedHeaders, caller: Authenticated, began: number, asOf: number): void
  /** Forgets a credential that was refused. */
  forget(presented: PresentedHeaders): void
  /** The caller, if this very credential was verified less than the configured time ago, and as of when. */
  find(presented: PresentedHeaders): { readonly caller: Authenticated; readonly asOf: number } | undefined
  /** The time as {@link keep} takes it. */
  now(): number
}

/** Callers kept; the one who was longest not seen makes room. */
const SIZE = 10_000

/**
 * Makes the memory behind `store.onUnavailable: stale`. Credentials are kept as keyed SHA-256, and time is that of the
 * process, which nobody can set back.
 *
 * @param lifetime - milliseconds
 * @param clock - milliseconds of any origin, never going back
 */
export function createStaleCallers(lifetime: number, clock = () => performance.now()): StaleCallers {
  const secret = randomBytes(32).toString('base64url')
  const verified = new Map<string, Verified>()
  // No header value holds a line break, so no two credentials make the same text.
  const keyOf = (presented: PresentedHeaders) =>
    hash('sha256', `${secret}\n${[...presented].sort().flat().join('\n')}`, 'base64url')

  return {
    now: clock,
    keep(presented, caller, began, asOf) {
      const key = keyOf(presented)
      const { forwardable, exchangeable: token } = caller
      verified.delete(key)
      verified.set(key, {
        principal: caller.principal,
        forwards: Object.entries(forwardable).map(([name, value]) => [
          name,
          placeOf(value, presented, token),
        ]),
        exchanges: token === undefined ? undefined : placeOf(token, presented, token),
        gift: caller.gift,
        at: began,
        asOf,
      })
      if (verified.size <= SIZE) return
      const [oldest] = verified.keys()
      if (oldest !== undefined) verified.delete(oldest)
    },
    forget(presented) {
      verified.delete(keyOf(presented))
    },
    find(presented) {
      const known = verified.get(keyOf(presented))
      if (known === undefined || clock() - known.at >= lifetime) return undefined
      const { principal, forwards, exchanges, gift, asOf } = known
      const headers = forwards.map(([name, place]) => [name, valueAt(place, presented)])
      const forwardable = Object.freeze(Object.fromEntries(headers) as Record<string, string>)
      const exchangeable = exchanges && { exchangeable: valueAt(exchanges, presented) }
      // Without it, the call would be made with another credential than the user's.
      const given = gift && { gift, given: openGiven(tokenOf(presented), gift) }
      return { caller: { principal, forwardable, ...exchangeable, ...given }, asOf }
    },
  }
}

/** The credential itself is not kept: what may be handed on is taken from the request that brings it again. */
interface Verified {
  readonly principal: Principal
  readonly forwards: readonly (readonly [name: string, place: Place])[]
  readonly exchanges: Place | undefined
  readonly gift: SealedGift | undefined
  readonly at: number
  readonly asOf: number
}

/** Access tokens are presented in no other header (RFC 6750 section 2.1). */
function tokenOf(presented: PresentedHeaders): string {
  return readToken('Authorization', presented.get('authorization') ?? '', LONGEST_JWT)
}

/** Where in the presented headers a value is: behind the first `start` characters of one, with something before it. */
interface Place {
  readonly header: string
  readonly start: number
  readonly before: string
}

/** @param token - what the value ends with where it was spelt another way (`bearer  x` for `Bearer x`) */
function placeOf(value: string, presented: PresentedHeaders, token = value): Place {
  for (const [header, raw] of presented) {
    if (raw === value) return { header, start: 0, before: '' }
    if (!raw.endsWith(token) || !value.endsWith(token)) continue
    return { header, start: raw.length - token.length, before: value.slice(0, -token.length) }
  }
  throw new Error('what may be handed on was not presented')
}

function valueAt({ header, start, before }: Place, presented: PresentedHeaders): string {
  return before + (presented.get(header) ?? '').slice(start)
}
