import { hash, randomBytes } from 'node:crypto'
import type { Authenticated, Principal } from './principal.ts'
import type { PresentedHeaders } from './scheme.ts'

/** Callers who may go on for a while although the store can't be asked about them. */
export interface StaleCallers {
  /** Notes that a credential was verified, the store included, just now. */
  keep(presented: PresentedHeaders, caller: Authenticated): void
  /** The caller, if this very credential was verified less than the configured time ago. */
  find(presented: PresentedHeaders): Authenticated | undefined
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
    keep(presented, caller) {
      const key = keyOf(presented)
      verified.delete(key)
      verified.set(key, {
        principal: caller.principal,
        forwards: Object.keys(caller.forwardable),
        at: clock(),
      })
      if (verified.size <= SIZE) return
      const [oldest] = verified.keys()
      if (oldest !== undefined) verified.delete(oldest)
    },
    find(presented) {
      const known = verified.get(keyOf(presented))
      if (known === undefined || clock() - known.at >= lifetime) return undefined
      const { principal, forwards } = known
      const headers = forwards.map(name => [name, presented.get(name)] as const)
      if (headers.some(([, value]) => value === undefined)) return undefined
      return { principal, forwardable: Object.freeze(Object.fromEntries(headers) as Record<string, string>) }
    },
  }
}

/** The credential itself is not kept: what may be forwarded is taken from the request that brings it again. */
interface Verified {
  readonly principal: Principal
  /** Names of the headers that may be forwarded. */
  readonly forwards: readonly string[]
  readonly at: number
}
