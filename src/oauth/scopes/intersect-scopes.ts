import type { Tool } from '../../catalogue/tool.ts'
import type { Policy } from '../../policy/policy.ts'
import { limitScopes } from './limit-scopes.ts'

/**
 * What two lists of scopes have in common, in what they open: of each what is within the other. So who may have
 * `read:invoices` and asks for `read:*` gets `read:invoices`.
 *
 * @param other - undefined: everything
 */
export function intersectScopes(
  scopes: readonly string[],
  other: readonly string[] | undefined,
  tools: readonly Tool[],
  policy: Policy,
): readonly string[] {
  const within = limitScopes(scopes, other, tools, policy)
  if (other === undefined || within.length === new Set(scopes).size) return within
  return [...new Set([...within, ...limitScopes(other, scopes, tools, policy)])]
}
