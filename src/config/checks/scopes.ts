import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'

const TIERS: readonly string[] = ['read', 'write', 'manage']

/**
 * Scope names declared under `scopes`. A name that reads like a tier and a resource (`read:reports`) is taken at
 * its word by whoever grants it, so it may not stand for a higher tier.
 */
export function checkScopes(config: Config): readonly Finding[] {
  return Object.keys(config.scopes).flatMap(name => {
    const path = ['scopes', name]
    if (name.includes('*')) {
      return [{ path, message: 'a declared scope can’t be a wildcard', fix: 'write a name without *' }]
    }
    const reached = reachable(name, config.scopes)
    if (reached.has(name) && !isTitleOnly(name, config.scopes)) {
      return [{ path, message: 'its allow comes back to itself', fix: 'break the circle' }]
    }
    const higher = [...reached].find(scope => rank(scope) > rank(name))
    if (rank(name) < 0 || higher === undefined) return []
    return [
      {
        path,
        message: `it reads like ${tierOf(name)} and stands for ${higher}`,
        fix: 'rename it, or allow no higher tier',
      },
    ]
  })
}

/** A name that lists itself and nothing else means what it means undeclared: it is only given a title, or a condition. */
function isTitleOnly(name: string, declared: Config['scopes']): boolean {
  return declared[name]?.allow.every(scope => scope === name) === true
}

/** All scopes that `name` stands for, through other declared names. */
function reachable(name: string, declared: Config['scopes']): ReadonlySet<string> {
  const reached = new Set<string>()
  const pending = [name]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const allow = Object.hasOwn(declared, next) ? (declared[next]?.allow ?? []) : []
    for (const scope of allow) {
      if (reached.has(scope)) continue
      reached.add(scope)
      pending.push(scope)
    }
  }
  return reached
}

function tierOf(scope: string): string {
  return scope.split(':', 1)[0] ?? ''
}

/** Position of a scope's tier; everything for `*`, −1 for names without a tier. */
function rank(scope: string): number {
  if (scope === '*') return TIERS.length
  return scope.includes(':') ? TIERS.indexOf(tierOf(scope)) : -1
}
