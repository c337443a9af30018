import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import { decide, type Policy } from './decide.ts'
import { scopeBearer } from './scope-bearer.ts'

/** Those of the scopes that open no tool, nor a part of what one asks for: slips of whoever wrote them. Pure. */
export function unmatchedScopes(
  scopes: readonly string[],
  tools: readonly Tool[],
  policy: Policy,
): readonly string[] {
  return scopes.filter(scope => {
    const bearer = scopeBearer(scope)
    return !tools.some(tool => opens(bearer, tool, policy))
  })
}

function opens(bearer: Principal, tool: Tool, policy: Policy): boolean {
  const decision = decide(policy, bearer, tool)
  if (decision.allow || decision.code === 'access_denied') return true
  return decision.scopes.length < Math.max(1, new Set(tool.scopes).size)
}
