import { createKnownCredentials, type KnownCredentials } from './known-credentials.ts'
import { createSuspects, type Suspects } from './suspects.ts'

/** What a process remembers of sign-ins; kept over reloads, which are no way out of a pause nor into one. */
export interface SignInMemory {
  readonly known: KnownCredentials
  readonly suspects: Suspects
}

/** Suspects that are remembered at a time. */
const MOST_SUSPECTS = 10_000

/** An empty memory; one for each process. */
export function createSignInMemory(): SignInMemory {
  return { known: createKnownCredentials(), suspects: createSuspects(MOST_SUSPECTS) }
}
