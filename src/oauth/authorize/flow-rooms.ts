import type { Clients } from '../clients/clients.ts'
import { createRemembered, type Remembered } from '../consent/remembered.ts'
import type { Grants } from '../grants/grants.ts'
import type { RedirectPolicy } from '../redirects/redirect-policy.ts'
import { createTypingGuard, type GuardTyping } from '../sign-in/guard-typing.ts'
import { createOidc, type Oidc } from '../sign-in/oidc.ts'
import { createPersonCheck, type PersonCheck } from '../sign-in/person-check.ts'
import { createSessions, type Sessions } from '../sign-in/sessions.ts'
import { createCredentialVerifier, type VerifyProductCredential } from '../sign-in/verify-credential.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { createFlows, type Flows } from './flows.ts'

/** What the browser's way through sign-in and consent needs from elsewhere. */
export interface FlowOptions {
  readonly surroundings: OAuthSurroundings
  readonly clients: Pick<Clients, 'find' | 'noteUsed'>
  readonly redirects: RedirectPolicy
  readonly grants: Pick<Grants, 'find' | 'issueCode'>
}

/** The same, with what only this way uses. */
export interface FlowRooms extends FlowOptions {
  readonly flows: Flows
  readonly sessions: Sessions
  readonly mayGoOn: PersonCheck
  readonly oidc: Oidc
  readonly verify: VerifyProductCredential
  readonly guardTyping: GuardTyping
  readonly remembered: Remembered
}

/** Makes them. */
export function createFlowRooms(options: FlowOptions): FlowRooms {
  const { surroundings, grants } = options
  return {
    ...options,
    flows: createFlows(surroundings),
    sessions: createSessions(surroundings),
    mayGoOn: createPersonCheck(surroundings),
    oidc: createOidc(surroundings),
    verify: createCredentialVerifier(surroundings),
    guardTyping: createTypingGuard(surroundings),
    remembered: createRemembered(surroundings, grants),
  }
}
