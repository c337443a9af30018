import type { Principal } from '../auth/principal.ts'
import type { Tool } from '../catalogue/tool.ts'
import { decide } from './decide.ts'
import type { Policy } from './policy.ts'
import { visibleTools } from './visible-tools.ts'

/**
 * The tools that somebody may come to use with these scopes: those that are visible, and those whose condition draws on
 * what the product is asked for at each call (`entitlements`), which nobody knows before one. For questions that come
 * earlier, such as what a person can approve; each call is decided by {@link decide} all the same.
 */
export function possibleTools(policy: Policy, principal: Principal, tools: readonly Tool[]): readonly Tool[] {
  if (policy.learnt.size === 0) return visibleTools(policy, principal, tools)
  return tools.filter(tool => {
    const decision = decide(policy, principal, tool)
    if (decision.allow) return true
    return decision.code === 'access_denied' && tool.when?.members.some(member => policy.learnt.has(member))
  })
}
