import { compileGrants, type ScopeRules } from './compile-grants.ts'
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
  return [...rules.declared.keys()].find(name => satisfies(compileGrants(rules, [name]), required))
}
