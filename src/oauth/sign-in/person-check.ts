import { refuseRevoked } from '../../auth/refuse-revoked.ts'
import { PosternError } from '../../errors.ts'
import type { OAuthRequest } from '../http.ts'
import type { Person } from '../person.ts'
import { personPrincipal } from '../person-principal.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { namedByProxy } from './proxy.ts'

/** What {@link createPersonCheck} asks. */
export type PersonCheckRooms = Pick<OAuthSurroundings, 'store' | 'now' | 'oauth'>

/**
 * Whether somebody who signed in earlier may still go on as who they are. `signedInAt` is in milliseconds since the epoch.
 *
 * @throws PosternError `store_unavailable`
 */
export type PersonCheck = (person: Person, signedInAt: number, request: OAuthRequest) => Promise<boolean>

/**
 * Makes that check. The way that they came by must still be configured and let them in, nothing of theirs may have been
 * revoked since, and a proxy that named them must name them still: it is the proxy that signs people out.
 */
export function createPersonCheck({ store, now, oauth }: PersonCheckRooms): PersonCheck {
  return async (person, signedInAt, request) => {
    const way = oauth().signIn.find(({ name }) => name === person.way)
    if (way === undefined || (way.type === 'product') !== (person.credential !== undefined)) return false
    const principal = personPrincipal(person, { signedInAt })
    // The product is asked itself, and says it of what it knows.
    if (way.type !== 'product' && way.when !== undefined && way.when.evaluate(principal) !== true)
      return false
    if (way.type === 'proxy' && !isStillNamed(person, namedByProxy(way, request))) return false
    await store.fresh()
    return !isRevoked(() => refuseRevoked(principal, store.revocations, now()))
  }
}

/** The same id in another organisation may be somebody else, and roles that were taken away are gone. */
function isStillNamed({ subject, organization, roles }: Person, now: Person | undefined): boolean {
  return (
    now !== undefined &&
    now.subject === subject &&
    now.organization === organization &&
    roles.every(role => now.roles.includes(role))
  )
}

function isRevoked(refuse: () => void): boolean {
  try {
    refuse()
    return false
  } catch (thrown) {
    if (thrown instanceof PosternError && thrown.code === 'invalid_token') return true
    throw thrown
  }
}
