import { parseScope, type TierScope } from '../../policy/parse-scope.ts'

/**
 * The scope of the grammar `tier:resource` that gives what two of them both give: `read:*` and `*:invoices` have
 * `read:invoices` in common. Undefined where they have nothing in common, or one is not of that grammar.
 *
 * @param hierarchy - whether `manage` includes `write` includes `read`
 */
export function meetScopes(a: string, b: string, hierarchy: boolean): string | undefined {
  const [one, other] = [readScope(a), readScope(b)]
  if (one === undefined || other === undefined) return undefined
  const resource = meet(one.resource, other.resource)
  const tier = hierarchy ? lower(one.tier, other.tier) : meet(one.tier, other.tier)
  return resource === undefined || tier === undefined ? undefined : `${tier}:${resource}`
}

const TIERS = ['read', 'write', 'manage', '*'] as const

function readScope(scope: string): TierScope | undefined {
  return scope === '*' ? { tier: '*', resource: '*' } : parseScope(scope)
}

function meet(a: string, b: string): string | undefined {
  if (a === '*' || a === b) return b
  return b === '*' ? a : undefined
}

function lower(a: TierScope['tier'], b: TierScope['tier']): string | undefined {
  return TIERS[Math.min(TIERS.indexOf(a), TIERS.indexOf(b))]
}
