import type { Authenticator } from '../authenticate.ts'
import type { Entitle } from './create-entitlements.ts'

/**
 * Tells who is calling and what the product says that they may. Asked after the sign-in, so that nobody who is refused
 * makes the product a question, and what the product says is no sign of a wrong credential.
 */
export function entitleCallers(authenticator: Authenticator, entitle: Entitle): Authenticator {
  return {
    authenticate(request, endpoint) {
      const caller = authenticator.authenticate(request, endpoint)
      return caller instanceof Promise
        ? caller.then(known => entitle(known, request.signal))
        : entitle(caller, request.signal)
    },
  }
}
