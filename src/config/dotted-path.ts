/**
 * True for a member's name, or names joined by dots for one inside another: `id`, `organization.id`, `items.0.x-id`.
 * Everything else that says where something is in an answer is JMESPath. A `$` alone is JMESPath's root.
 */
export function isDottedPath(source: string): boolean {
  return /^[\p{L}\p{N}_$-]+(?:\.[\p{L}\p{N}_$-]+)*$/u.test(source) && !/^\$(?:\.|$)/.test(source)
}
