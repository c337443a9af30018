import type { Principal } from '../../auth/principal.ts'
import type { FoundResource } from '../../catalogue/resources/resource-index.ts'
import type { ResourceChange } from './resource-changes.ts'

/**
 * Whether a change may have been one of this resource: the call was about the same kind of thing of the same API, and
 * what both name in their paths is the same. A change of invoice 5 is none of invoice 7; it may be one of the list.
 *
 * Told are only people of the organisation in which it was made, or, where it is not known, whoever made it: that
 * something was done is the business of nobody else.
 */
export function isAffected(resource: FoundResource, subscriber: Principal, change: ResourceChange): boolean {
  const { tool, arguments: args, principal } = change
  if (tool.api !== resource.tool.api || tool.resource !== resource.tool.resource) return false
  if (!areTogether(subscriber, principal)) return false
  return pathArguments(resource.tool).every(name => {
    const [own, other] = [resource.arguments[name], args[name]]
    return own === undefined || other === undefined || String(own) === String(other)
  })
}

function areTogether(a: Principal, b: Principal): boolean {
  if (a.organization !== undefined || b.organization !== undefined) return a.organization === b.organization
  return a.subject === b.subject
}

function pathArguments({ plan }: FoundResource['tool']): readonly string[] {
  return plan.path.flatMap(part => (typeof part === 'string' ? [] : part.argument))
}
