import type { Tool } from '../../catalogue/tool.ts'
import type { Grants, ScopeRules } from '../../policy/compile-grants.ts'
import { parseScope } from '../../policy/parse-scope.ts'
import { satisfies } from '../../policy/satisfies.ts'

/** What scopes mean: the rules of the configuration, and the tools that may be named as scopes. */
export interface ScopeMeaning {
  readonly policy: ScopeRules
  readonly tools: readonly Tool[]
}

/**
 * Whether what somebody has gives all that a scope gives, today and with every tool that is added later: so it goes by
 * what the scope says, not by which tools there happen to be. A name is covered by itself or by all that it stands for,
 * a tool's name by what the tool asks for.
 */
export function covers(grants: Grants, scope: string, meaning: ScopeMeaning): boolean {
  return isCovered(grants, scope, meaning, new Set())
}

function isCovered(grants: Grants, scope: string, meaning: ScopeMeaning, seen: Set<string>): boolean {
  if (grants.everything || grants.literal.has(scope)) return true
  const parts = meaning.policy.declared.get(scope)
  if (parts === undefined) return isPlainCovered(grants, scope, meaning)
  // Names may stand for each other in circles: what was looked at once adds nothing.
  if (seen.has(scope)) return true
  seen.add(scope)
  return parts.every(part =>
    part === scope ? isPlainCovered(grants, scope, meaning) : isCovered(grants, part, meaning, seen),
  )
}

function isPlainCovered(grants: Grants, scope: string, { tools }: ScopeMeaning): boolean {
  const parsed = parseScope(scope)
  if (parsed !== undefined) return satisfies(grants, { scope, parsed })
  const tool = tools.find(({ name }) => name === scope)
  if (tool === undefined || tool.scopes.length === 0) return false
  return tool.scopes.every(needed => satisfies(grants, { scope: needed, parsed: parseScope(needed) }))
}
