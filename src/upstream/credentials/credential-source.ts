import type { CancelSignal } from '../../auth/cancel-signal.ts'
import type { Authenticated } from '../../auth/principal.ts'
import type { UpstreamCredentials } from '../credentials.ts'

/**
 * One configured way of signing in at a backend: what it has for a caller, or undefined where it does not fit.
 * Throws or rejects where it fits and fails.
 */
export type CredentialSource = (
  caller: Authenticated,
  signal: CancelSignal | undefined,
) => UpstreamCredentials | undefined | Promise<UpstreamCredentials | undefined>
