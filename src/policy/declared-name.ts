import { compileGrants, type Grants, type ScopeRules } from './compile-grants.ts'
import type { RequiredScope } from './policy.ts'
import { satisfies } from './satisfies.ts'

/**
 * The first name declared under `scopes` that gives what a tool asks for: what people know it by, and what a client can
 * ask for. Undefined where no name gives it. Pure.
 */
export function declaredName(
  rules: ScopeRules,
  required: Pick<RequiredScope, 'scope' | 'parsed'>,
): string | undefined {
  return grantsByName(rules).find(({ grants }) => satisfies(grants, required))?.name
}

interface Named {
  readonly name: string
  readonly grants: Grants
}

/** Asked for every scope of every tool: each name is looked up in all others once only. */
const known = new WeakMap<ScopeRules, readonly Named[]>()

function grantsByName(rules: ScopeRules): readonly Named[] {
  const before = known.get(rules)
  if (before !== undefined) return before
  const all = [...rules.declared.keys()].map(name => ({ name, grants: compileGrants(rules, [name]) }))
  known.set(rules, all)
  return all
}
