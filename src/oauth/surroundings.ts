import type { AskProduct } from '../auth/ask-product.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import type { OAuthConfig } from '../config/schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { Store } from '../store/store.ts'
import type { SigningKeys } from '../upstream/credentials/signing-keys.ts'
import type { OAuthEvent } from './http.ts'

/**
 * What the authorization server needs of the rest of the program. Functions where a reload may change the answer: they
 * are asked for every request.
 */
export interface OAuthSurroundings {
  readonly store: Store
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The issuer: `publicUrl`, or the address that is listened on; no slash at its end. Never from a header. */
  readonly baseUrl: () => string
  readonly config: () => Config
  /** The entry of `auth` with type `oauth`. */
  readonly oauth: () => OAuthConfig
  readonly policy: () => Policy
  /** The tools of one MCP server, by its path; undefined where there is none. */
  readonly toolsOf: (path: string) => readonly Tool[] | undefined
  readonly verifyWithProduct: () => AskProduct
  /** Keys that sign machine tokens; undefined where none are configured: then machines get none. */
  readonly signing: () => SigningKeys | undefined
  readonly onEvent: (event: OAuthEvent) => void
  /** Something unexpected, for the log. */
  readonly onFailure: (error: unknown, requestId: string) => void
}
