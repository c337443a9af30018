import type { Tool } from '../../src/catalogue/tool.ts'

/** Declared names → what they stand for. */
export type Declared = Readonly<Record<string, readonly string[]>>

const TIERS = ['read', 'write', 'manage']

/** The policy once more, slow and obvious: one question at a time, nothing prepared. */
export function referenceAllows(
  granted: readonly string[],
  tool: Pick<Tool, 'name' | 'scopes'>,
  declared: Declared,
  hierarchy: boolean,
): boolean {
  const all = expanded(granted, declared)
  const plain = all.filter(scope => !Object.hasOwn(declared, scope) || declared[scope]?.includes(scope))
  return (
    all.includes(tool.name) ||
    plain.includes('*') ||
    tool.scopes.every(wanted => all.includes(wanted) || coveredByTiers(plain, wanted, hierarchy))
  )
}

/** `*:invoices` is wanted as all three tiers; each may come from another scope. */
function coveredByTiers(plain: readonly string[], wanted: string, hierarchy: boolean): boolean {
  const [tier, resource] = halves(wanted) ?? []
  if (tier === undefined || resource === undefined) return false
  const tiers = tier === '*' ? TIERS : [tier]
  return tiers.every(one => plain.some(given => covers(given, one, resource, hierarchy)))
}

function covers(given: string, tier: string, resource: string, hierarchy: boolean): boolean {
  const [givenTier = '', givenResource] = halves(given) ?? []
  if (givenResource !== '*' && givenResource !== resource) return false
  if (givenTier === '*' || givenTier === tier) return true
  return hierarchy && TIERS.indexOf(givenTier) > TIERS.indexOf(tier)
}

function halves(scope: string): [string, string] | undefined {
  const colon = scope.indexOf(':')
  const [tier, resource] = [scope.slice(0, colon), scope.slice(colon + 1)]
  if (colon < 0 || ![...TIERS, '*'].includes(tier)) return undefined
  return resource === '*' || /^[A-Za-z0-9_.-]+$/.test(resource) ? [tier, resource] : undefined
}

function expanded(granted: readonly string[], declared: Declared): string[] {
  const all = [...granted]
  for (const scope of all) {
    for (const next of Object.hasOwn(declared, scope) ? (declared[scope] ?? []) : []) {
      if (!all.includes(next)) all.push(next)
    }
  }
  return all
}
