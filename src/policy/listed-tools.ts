import type { Principal } from '../auth/principal.ts'
import { type SearchSurface, TIERS } from '../catalogue/search/search-surface.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Policy } from './policy.ts'
import { visibleTools } from './visible-tools.ts'

/** Whether this caller searches the tools behind a surface; else the caller sees and calls them themselves. */
export function isSearching(policy: Policy, principal: Principal, surface: SearchSurface): boolean {
  return visibleTools(policy, principal, surface.tools).length > surface.above
}

/**
 * What `tools/list` shows this caller of a selection that is searched: search, describe, and an execute tool for
 * each tier in which the caller may call any tool; nothing to who may call none. Where the caller does not search
 * (see {@link isSearching}), the visible tools themselves.
 */
export function listedTools(policy: Policy, principal: Principal, surface: SearchSurface): readonly Tool[] {
  const visible = visibleTools(policy, principal, surface.tools)
  if (visible.length <= surface.above) return visible
  const tiers = new Set(visible.map(tool => tool.tier))
  const execute = TIERS.filter(tier => tiers.has(tier)).map(tier => surface.execute[tier])
  return [surface.search, surface.describe, ...execute]
}
