import { parseScope } from './parse-scope.ts'

/** What scopes mean in one configuration. */
export interface ScopeRules {
  /** Names declared under `scopes:` and what each stands for. */
  readonly declared: ReadonlyMap<string, readonly string[]>
  /** Whether `manage` includes `write` includes `read`. */
  readonly scopeHierarchy: boolean
}

/** A caller's scopes, ready to be asked about. */
export interface Grants {
  /** `*`: everything, opaque scopes included. */
  readonly everything: boolean
  /** Strings that allow a tool that asks for exactly them, or that is called so. */
  readonly literal: ReadonlySet<string>
  /** Resource (or `*`) → tiers, a sum of {@link TIER_BITS}. */
  readonly tiers: ReadonlyMap<string, number>
}

/** One bit per tier. */
export const TIER_BITS = { read: 1, write: 2, manage: 4, '*': 7 } as const

/** What each tier gives where `manage` includes `write` includes `read`. */
const WITH_LOWER_TIERS = { read: 1, write: 3, manage: 7, '*': 7 } as const

/**
 * Expands declared names and sorts scopes by kind.
 *
 * A name declared under `scopes:` stands for what it allows, and nothing else: its own wildcard or tier
 * meaning is not applied, unless it lists itself. It still satisfies a tool that asks for exactly that name.
 * Names may refer to each other, in circles too. A string that nothing asks for allows nothing.
 */
export function compileGrants(rules: ScopeRules, scopes: readonly string[]): Grants {
  const tierBits = rules.scopeHierarchy ? WITH_LOWER_TIERS : TIER_BITS
  const literal = new Set<string>()
  const tiers = new Map<string, number>()
  let everything = false
  for (const scope of expand(rules, scopes, literal)) {
    if (scope === '*') everything = true
    const parsed = parseScope(scope)
    if (parsed === undefined) continue
    tiers.set(parsed.resource, (tiers.get(parsed.resource) ?? 0) | tierBits[parsed.tier])
  }
  return { everything, literal, tiers }
}

/** The scopes that keep their plain meaning. Fills `seen` with every string met on the way. */
function expand(rules: ScopeRules, scopes: readonly string[], seen: Set<string>): Set<string> {
  const plain = new Set<string>()
  const waiting = [...scopes]
  for (let scope = waiting.pop(); scope !== undefined; scope = waiting.pop()) {
    if (seen.has(scope)) continue
    seen.add(scope)
    const declared = rules.declared.get(scope)
    if (declared === undefined || declared.includes(scope)) plain.add(scope)
    if (declared !== undefined) waiting.push(...declared)
  }
  return plain
}
