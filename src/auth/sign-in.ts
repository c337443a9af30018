import { PosternError } from '../errors.ts'
import type { KnownRevocations } from '../store/revocation.ts'
import type { Store } from '../store/store.ts'
import type { CancelSignal } from './cancel-signal.ts'
import type { Entrance } from './entrance.ts'
import type { Authenticated } from './principal.ts'
import { isCalledBack, refuseRevoked } from './refuse-revoked.ts'
import type { PresentedHeaders } from './scheme.ts'
import { createStaleCallers } from './stale-callers.ts'

/** Identifies the caller of one request; synchronous where nothing has to be waited for. */
export type SignIn = (
  presented: PresentedHeaders,
  entrance: Entrance,
  signal: CancelSignal | undefined,
) => Authenticated | Promise<Authenticated>

/**
 * Makes the steps of every sign-in: learn what was revoked until now, verify the credential, refuse it if it was
 * revoked or was issued for another endpoint. The store is asked first, so that no kept answer is given without it; a request without any credential asks
 * nothing.
 *
 * @param stale - for how long, in milliseconds, callers may go on while the store can't be asked; undefined: not at all
 * @param now - milliseconds since the epoch
 */
export function createSignIn(
  identify: SignIn,
  { fresh, revocations }: Pick<Store, 'fresh' | 'revocations'>,
  stale: number | undefined,
  now: () => number,
): SignIn {
  const admit = (caller: Authenticated, entrance: Entrance): Authenticated => {
    refuseRevoked(caller.principal, revocations, now())
    entrance.refuseForeign(caller.principal)
    return caller
  }

  const signIn: SignIn = (presented, entrance, signal) => {
    if (presented.size === 0) return identify(presented, entrance, signal)
    const verify = () => {
      const caller = identify(presented, entrance, signal)
      return caller instanceof Promise
        ? caller.then(known => admit(known, entrance))
        : admit(caller, entrance)
    }
    const asked = fresh()
    return asked instanceof Promise ? asked.then(verify) : verify()
  }
  return stale === undefined ? signIn : withStale(signIn, admit, revocations, stale, now)
}

/**
 * Lets who was verified lately go on while the store can't be asked. Who was refused since, is known to be revoked, or
 * is to be verified anew does not.
 */
function withStale(
  signIn: SignIn,
  admit: (caller: Authenticated, entrance: Entrance) => Authenticated,
  revocations: KnownRevocations,
  lifetime: number,
  now: () => number,
): SignIn {
  const callers = createStaleCallers(lifetime)

  function goOn(presented: PresentedHeaders, entrance: Entrance): Authenticated | undefined {
    const known = callers.find(presented)
    if (known === undefined) return undefined
    const { principal } = known.caller
    if (!entrance.takes(principal.scheme) || isCalledBack(principal, known.asOf, revocations))
      return undefined
    if (principal.expiresAt !== undefined && !(now() < principal.expiresAt)) return undefined
    return admit(known.caller, entrance)
  }

  return async (presented, entrance, signal) => {
    const [began, asOf] = [callers.now(), revocations.sequence]
    try {
      const caller = await signIn(presented, entrance, signal)
      if (presented.size > 0) callers.keep(presented, caller, began, asOf)
      return caller
    } catch (error) {
      const code = error instanceof PosternError ? error.code : undefined
      if (code === 'invalid_token') callers.forget(presented)
      const caller = code === 'store_unavailable' ? goOn(presented, entrance) : undefined
      if (caller === undefined) throw error
      return caller
    }
  }
}
