import type { CancelSignal } from './cancel-signal.ts'
import type { Authenticated, SchemeType } from './principal.ts'

/** The credential headers of one request: lower-case name → value; each occurred exactly once. */
export type PresentedHeaders = ReadonlyMap<string, string>

/** One configured way of signing in, ready to be asked. */
export interface Scheme {
  readonly type: SchemeType
  /** Header names as configured, in the configured order; together they are the credential. */
  readonly headers: readonly string[]
  /** What this scheme wants to see, in words, without any secret: `Authorization: Bearer …`. */
  readonly expects: string
  /**
   * Verifies what was presented. Called only with all of {@link headers} present and nothing else.
   *
   * Undefined means "not mine" (another prefix), so that the next scheme is asked. A refusal is thrown and
   * final. Answers synchronously where nothing has to be waited for.
   *
   * @throws PosternError `invalid_token`, `ambiguous_credentials`, `store_unavailable`, `upstream_unavailable`.
   */
  readonly authenticate: (
    presented: PresentedHeaders,
    signal: CancelSignal | undefined,
  ) => Authenticated | Promise<Authenticated> | undefined
}
