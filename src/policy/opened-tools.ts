import type { Tool } from '../catalogue/tool.ts'
import { decide, type Policy } from './decide.ts'
import { scopeBearer } from './scope-bearer.ts'

/**
 * The tools that one scope alone opens, in their order: those that {@link decide} allows to a caller who has nothing
 * else, and those for which only the caller’s own condition (`when`: a role, a flag) is left to be met. For people who
 * want to know what a scope gives, whoever they are. Pure.
 */
export function openedTools(scope: string, tools: readonly Tool[], policy: Policy): readonly Tool[] {
  const bearer = scopeBearer(scope)
  return tools.filter(tool => {
    const decision = decide(policy, bearer, tool)
    return decision.allow || decision.code === 'access_denied'
  })
}
