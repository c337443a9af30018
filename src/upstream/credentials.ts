import type { Authenticated } from '../auth/principal.ts'
import type { UpstreamCredentialConfig } from '../config/schema.ts'
import { PosternError } from '../errors.ts'

/** What the call presents to the backend, and whose it is. */
export interface UpstreamCredentials {
  /** Lower-case names; never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** Whose credential the backend refuses when it answers 401 or 403. */
  readonly from: CredentialOwner
}

/** The caller's own, the gateway's, or none at all. */
export type CredentialOwner = 'caller' | 'gateway' | 'none'

/**
 * Chooses the upstream credential: the first configured way that fits the caller. `forward` fits callers who
 * presented a credential of the product itself (schemes `bearer` and `headers`); a token minted by Postern
 * never goes upstream, whatever `forwardable` says.
 *
 * Nothing else of the client's request reaches the backend in a tool call.
 *
 * @throws PosternError `no_upstream_credential` if none fits.
 */
export function upstreamCredentials(
  configs: readonly UpstreamCredentialConfig[],
  caller: Authenticated,
): UpstreamCredentials {
  for (const config of configs) {
    if (config.type === 'none') return NONE
    if (config.type === 'static') return staticCredentials(config)
    if (mayForward(caller)) return { headers: caller.forwardable, from: 'caller' }
  }
  throw new PosternError('no_upstream_credential', {
    detail: `no upstream credential fits the scheme ${caller.principal.scheme}`,
  })
}

type StaticConfig = Extract<UpstreamCredentialConfig, { type: 'static' }>

/** Made once for each configured credential: every call of every caller uses the same. */
const made = new WeakMap<StaticConfig, UpstreamCredentials>()

function staticCredentials(config: StaticConfig): UpstreamCredentials {
  const known = made.get(config)
  if (known !== undefined) return known
  const headers = Object.freeze({ [config.header.toLowerCase()]: config.value })
  const credentials: UpstreamCredentials = Object.freeze({ headers, from: 'gateway' })
  made.set(config, credentials)
  return credentials
}

const NONE: UpstreamCredentials = Object.freeze({ headers: Object.freeze({}), from: 'none' })

function mayForward({ principal, forwardable }: Authenticated): boolean {
  const isProducts = principal.scheme === 'bearer' || principal.scheme === 'headers'
  return isProducts && Object.keys(forwardable).length > 0
}
