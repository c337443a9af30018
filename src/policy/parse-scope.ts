import type { Tier } from '../catalogue/tool.ts'

/** A scope of the grammar `tier:resource`, where either half may be `*`. */
export interface TierScope {
  /** `*` stands for every tier. */
  readonly tier: Tier | '*'
  /** `*` stands for every resource. */
  readonly resource: string
}

const TIER_SCOPE = /^(read|write|manage|\*):([A-Za-z0-9_.-]+|\*)$/

/**
 * Reads `read:invoices`, `write:*`, `*:invoices` or `*:*`; undefined for every other string. Such a string is
 * opaque: it allows only a tool that asks for exactly it. Case counts.
 */
export function parseScope(scope: string): TierScope | undefined {
  const match = TIER_SCOPE.exec(scope)
  if (match === null) return undefined
  const [, tier, resource = ''] = match
  return { tier: tier === 'read' || tier === 'write' || tier === 'manage' ? tier : '*', resource }
}
