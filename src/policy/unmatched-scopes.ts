import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import { decide, hasScopes, type Policy } from './decide.ts'
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
  if (hasScopes(policy, bearer, tool)) return true
  if (tool.scopes.length < 2) return false
  const decision = decide(policy, bearer, tool)
  return !decision.allow && decision.scopes.length < new Set(tool.scopes).size
}
