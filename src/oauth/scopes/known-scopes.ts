import type { Tool } from '../../catalogue/tool.ts'
import { compileGrants } from '../../policy/compile-grants.ts'
import type { Policy } from '../../policy/policy.ts'
import { unmatchedScopes } from '../../policy/unmatched-scopes.ts'
import { covers } from './covers.ts'

/**
 * Those of the scopes that a client asks for which are offered, or lie within what is (a challenge names the smallest
 * that would do: `read:invoices` of `read:*`), and open something. Pure.
 *
 * @param offered - of the server that it asks for
 */
export function knownScopes(
  asked: readonly string[],
  offered: readonly string[],
  tools: readonly Tool[],
  policy: Policy,
): readonly string[] {
  const grants = compileGrants(policy, offered)
  const known = asked.filter(scope => covers(grants, scope, { policy, tools }))
  const useless = new Set(unmatchedScopes(known, tools, policy))
  return known.filter(scope => !useless.has(scope))
}
