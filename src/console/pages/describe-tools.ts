import type { Tier, Tool } from '../../catalogue/tool.ts'
import type { PageAbility, PageTool } from './page-data.ts'

/** More names than these nobody reads before they answer. */
const MOST_NAMES = 5

/**
 * What tools do, for people, from the most harmless tier to the least; tiers without tools are left out. Of each, the
 * tools that can't be undone or that reach others are named first.
 */
export function describeTools(
  tools: readonly Pick<Tool, 'name' | 'title' | 'tier' | 'hints'>[],
): PageAbility[] {
  return TIERS.flatMap(tier => {
    const own = tools
      .filter(tool => tool.tier === tier)
      .map(({ name, title, hints }) => ({
        name,
        title: title ?? name,
        destructive: hints.destructive,
        openWorld: hints.openWorld,
      }))
    if (own.length === 0) return []
    return [
      {
        tier,
        count: own.length,
        tools: own.toSorted((a, b) => harm(b) - harm(a)).slice(0, MOST_NAMES),
        destructive: own.filter(({ destructive }) => destructive).length,
        openWorld: own.filter(({ openWorld }) => openWorld).length,
      },
    ]
  })
}

const TIERS: readonly Tier[] = ['read', 'write', 'manage']

function harm({ destructive, openWorld }: PageTool): number {
  return Number(destructive) * 2 + Number(openWorld)
}
