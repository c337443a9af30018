import { type Grants, TIER_BITS } from './compile-grants.ts'
import type { RequiredScope } from './policy.ts'

/** Whether what a caller has gives one scope that a tool asks for. */
export function satisfies(
  grants: Grants,
  { scope, parsed }: Pick<RequiredScope, 'scope' | 'parsed'>,
): boolean {
  if (grants.literal.has(scope)) return true
  if (parsed === undefined) return false
  const wanted = TIER_BITS[parsed.tier]
  const given = (grants.tiers.get(parsed.resource) ?? 0) | (grants.tiers.get('*') ?? 0)
  return (given & wanted) === wanted
}
