import type { Tool } from '../../catalogue/tool.ts'
import type { Policy } from '../../policy/policy.ts'
import { type OfferedScopes, offeredScopes, type ScopeSettings } from './offered-scopes.ts'

/**
 * The scopes that the metadata and the challenges of one MCP server name; empty where no token could be asked for that
 * has them.
 *
 * Where the built-in authorization server gives the tokens, they are those that it offers. Another one knows them only
 * where the scheme `jwt` reads them from the claim that a request's `scope` fills (RFC 9068 section 2.2.3), and there is
 * nothing to ask for where it grants all callers the same. `offered` never has `offline_access`: refresh tokens are no
 * matter of the resource (MCP 2026-07-28 basic/authorization "Refresh Tokens").
 *
 * @param allowed - the scheme types that sign in there; undefined: all
 */
export function endpointScopes(
  settings: ScopeSettings,
  allowed: ReadonlySet<string> | undefined,
  tools: readonly Tool[],
  policy: Policy,
): OfferedScopes {
  const isAskable = settings.auth.some(scheme => {
    if (allowed?.has(scheme.type) === false) return false
    if (scheme.type === 'oauth') return true
    return scheme.type === 'jwt' && scheme.grant === undefined && SCOPE_CLAIMS.has(scheme.scopes)
  })
  if (!isAskable) return NONE
  const { offered, defaults } = offeredScopes(settings, tools, policy)
  return { offered: offered.filter(isOfResource), defaults: defaults.filter(isOfResource) }
}

/** RFC 9068 section 2.2.3, and what Microsoft calls it. */
const SCOPE_CLAIMS: ReadonlySet<string> = new Set(['scope', 'scp'])
const NONE: OfferedScopes = Object.freeze({ offered: Object.freeze([]), defaults: Object.freeze([]) })

function isOfResource(scope: string): boolean {
  return scope !== 'offline_access'
}
