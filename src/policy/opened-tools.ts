import type { Tool } from '../catalogue/tool.ts'
import { hasScopes, type Policy } from './decide.ts'
import { scopeBearer } from './scope-bearer.ts'

/**
 * The tools that one scope alone opens, in their order: those for which nothing else is asked, and those for which only
 * the caller’s own condition (`when`: a role, a flag) or tenant is left to be met. For people who want to know what a
 * scope gives, whoever they are. Pure.
 */
export function openedTools(scope: string, tools: readonly Tool[], policy: Policy): readonly Tool[] {
  const bearer = scopeBearer(scope)
  return tools.filter(tool => hasScopes(policy, bearer, tool))
}
