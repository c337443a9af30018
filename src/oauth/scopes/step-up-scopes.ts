import { compileGrants, type Grants } from '../../policy/compile-grants.ts'
import { parseScope } from '../../policy/parse-scope.ts'
import type { Policy } from '../../policy/policy.ts'
import { satisfies } from '../../policy/satisfies.ts'

/**
 * What a client asks for so that a call is allowed which it lacked scopes for: what its token has, and of what is
 * offered the smallest that gives each missing scope, all in one challenge. What it has is named as well, since many
 * clients ask for what the challenge says and nothing else (revision 2025-11-25, "Scope Challenge Handling"), and would
 * lose the rest; the scopes that the operation needs are then all in it (2026-07-28, the same section).
 *
 * A missing scope that nothing offered gives is named as it is: the authorization server says so to whoever asks.
 *
 * @param missing - each the smallest that would do, as the policy says
 * @param granted - of the token
 */
export function stepUpScopes(
  missing: readonly string[],
  granted: readonly string[],
  offered: readonly string[],
  policy: Policy,
): readonly string[] {
  const candidates = offered.map(scope => ({ scope, grants: compileGrants(policy, [scope]) }))
  const wanted = missing.map(scope => smallest(scope, candidates) ?? scope)
  return [...new Set([...granted.filter(scope => offered.includes(scope)), ...wanted])]
}

interface Candidate {
  readonly scope: string
  readonly grants: Grants
}

function smallest(wanted: string, candidates: readonly Candidate[]): string | undefined {
  const giving = candidates.filter(({ grants }) => gives(grants, wanted))
  const exact = giving.find(({ scope }) => scope === wanted)
  const least = giving.find(({ grants, scope }) =>
    giving.every(other => other.scope === scope || !gives(grants, other.scope)),
  )
  return (exact ?? least ?? giving[0])?.scope
}

function gives(grants: Grants, scope: string): boolean {
  return grants.everything || satisfies(grants, { scope, parsed: parseScope(scope) })
}
