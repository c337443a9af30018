import type { Tier, Tool } from '../../catalogue/tool.ts'
import type { PageAbility, PageTool } from './page-data.ts'

/** More names than these nobody reads before they answer. */
const MOST_NAMES = 5

/**
 * What tools do, for people, from the most harmless tier to the least; tiers without tools are left out. Of each, the
 * tools that can't be undone or that reach others are named first.
 *
 * @param named - which are named at all; all are counted
 * @param most - how many of a tier are named
 */
export function describeTools<T extends Pick<Tool, 'name' | 'title' | 'tier' | 'hints'>>(
  tools: readonly T[],
  named: (tool: T) => boolean = () => true,
  most: number = MOST_NAMES,
): PageAbility[] {
  return TIERS.flatMap(tier => {
    const own = tools.filter(tool => tool.tier === tier)
    if (own.length === 0) return []
    return [
      {
        tier,
        count: own.length,
        tools: own
          .filter(named)
          .map(pageTool)
          .toSorted((a, b) => harm(b) - harm(a))
          .slice(0, most),
        destructive: own.filter(({ hints }) => hints.destructive).length,
        openWorld: own.filter(({ hints }) => hints.openWorld).length,
      },
    ]
  })
}

const TIERS: readonly Tier[] = ['read', 'write', 'manage']

function pageTool({ name, title, hints }: Pick<Tool, 'name' | 'title' | 'hints'>): PageTool {
  return { name, title: title ?? name, destructive: hints.destructive, openWorld: hints.openWorld }
}

function harm({ destructive, openWorld }: PageTool): number {
  return Number(destructive) * 2 + Number(openWorld)
}
