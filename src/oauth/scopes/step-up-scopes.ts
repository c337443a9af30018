import { compileGrants, type Grants } from '../../policy/compile-grants.ts'
import { parseScope } from '../../policy/parse-scope.ts'
import type { Policy } from '../../policy/policy.ts'
import { satisfies } from '../../policy/satisfies.ts'

/**
 * What a client asks for so that a call is allowed which it lacked scopes for: what its token has, and each missing
 * scope, all in one challenge. What it has is named as well, since many clients ask for what the challenge says and
 * nothing else (revision 2025-11-25, "Scope Challenge Handling"), and would lose the rest; the scopes that the operation
 * needs are then all in it (2026-07-28, the same section).
 *
 * A missing scope within one that is offered is named as it is, which is the least that helps: `write:invoices` of
 * `write:*`. Where only a name that the product gave contains it, that name. What nobody offers is named as it is: the
 * authorization server says so to whoever asks.
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
  const isOffered = (scope: string) => candidates.some(({ grants }) => gives(grants, scope))
  const wanted = missing.map(scope => leastOf(scope, candidates))
  return [...new Set([...granted.filter(isOffered), ...wanted])]
}

interface Candidate {
  readonly scope: string
  readonly grants: Grants
}

function leastOf(wanted: string, candidates: readonly Candidate[]): string {
  const giving = candidates.filter(({ grants }) => gives(grants, wanted))
  if (giving.some(({ scope }) => scope === wanted || isPlain(scope))) return wanted
  const least = giving.find(({ scope, grants }) =>
    giving.every(other => other.scope === scope || !gives(grants, other.scope)),
  )
  return (least ?? giving[0])?.scope ?? wanted
}

/** One whose parts are scopes too. */
function isPlain(scope: string): boolean {
  return scope === '*' || parseScope(scope) !== undefined
}

function gives(grants: Grants, scope: string): boolean {
  return grants.everything || satisfies(grants, { scope, parsed: parseScope(scope) })
}
