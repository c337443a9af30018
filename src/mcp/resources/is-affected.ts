import type { Principal } from '../../auth/principal.ts'
import type { FoundResource } from '../../catalogue/resources/resource-index.ts'
import { areTogether } from './are-together.ts'
import type { ResourceChange } from './resource-changes.ts'

/**
 * Whether a change may have been one of this resource: the call was about the same kind of thing of the same API, and
 * what both name in their paths, or have bound, is the same. A change of invoice 5 is none of invoice 7; it may be one
 * of the list. Told are only {@link areTogether those who may hear of it}.
 */
export function isAffected(resource: FoundResource, subscriber: Principal, change: ResourceChange): boolean {
  const { tool, arguments: args, principal } = change
  if (tool.api !== resource.tool.api || tool.resource !== resource.tool.resource) return false
  if (!areTogether(subscriber, principal)) return false
  for (const [name, { evaluate }] of resource.tool.bind) {
    const own = evaluate(subscriber)
    if (own === undefined || !areSame(own, args[name])) return false
  }
  return pathArguments(resource.tool).every(name => areSame(resource.arguments[name], args[name]))
}

/** What one of them does not say may be the same. */
function areSame(own: unknown, other: unknown): boolean {
  return own === undefined || other === undefined || String(own) === String(other)
}

function pathArguments({ plan }: FoundResource['tool']): readonly string[] {
  return plan.path.flatMap(part => (typeof part === 'string' ? [] : part.argument))
}
