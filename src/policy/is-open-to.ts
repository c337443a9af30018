import type { Principal } from '../auth/principal.ts'
import type { Expression } from '../config/expression.ts'
import { grantsOf, holds } from './decide.ts'
import { parseScope } from './parse-scope.ts'
import type { Policy } from './policy.ts'
import { satisfies } from './satisfies.ts'

/** Who may have what is no tool. */
export interface Guard {
  /** All are needed; none means that none is. */
  readonly scopes: readonly string[]
  /** Must yield exactly `true`; undefined means that there is no condition. */
  readonly when: Expression | undefined
}

/** Whether this caller has all the scopes and meets the condition. Pure. */
export function isOpenTo(policy: Policy, principal: Principal, { scopes, when }: Guard): boolean {
  if (scopes.length > 0) {
    const grants = grantsOf(policy, principal)
    const has = (scope: string) =>
      grants.everything || satisfies(grants, { scope, parsed: parseScope(scope) })
    if (!scopes.every(has)) return false
  }
  return when === undefined || holds(policy, principal, when)
}
